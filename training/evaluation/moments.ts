import { decidedAt } from '../../shared/limits.ts';
import { calibrationError, isRight, type Reading, shareOf } from './metrics.ts';

/** Moments of a drawing: after each twentieth of its points, as the page shows it then. */
export const momentCount = 20;

export interface MomentReport {
  /** Of the points, 0…1. */
  share: number;
  right: number;
  ece: number;
  sureWrong: number;
}

/** Shares and calibration errors, 0…1, over all moments of all drawings. */
export interface MomentsReport {
  ece: number;
  /** Moments whose predicted digit is wrong with `decidedAt` or more. */
  sureWrong: number;
  /** Drawings that have such a moment. */
  sureWrongDrawings: number;
  /** Of the moments at half of the points. */
  halfRight: number;
  /** At 10, 20, …, 100 % of the points. */
  byShare: MomentReport[];
}

/** Undefined without drawings. */
export function momentsOf(readings: readonly Reading[]): MomentsReport | undefined {
  const drawings = readings
    .filter(({ prefixes }) => prefixes !== undefined)
    .map(reading => Array.from({ length: momentCount }, (_, i) => momentOf(reading, (i + 1) / momentCount)));
  if (drawings.length === 0) return undefined;
  const all = drawings.flat();
  const at = (i: number) => drawings.map(moments => moments[i]).filter(moment => moment !== undefined);
  return {
    ece: calibrationError(all),
    sureWrong: shareOf(all, isSurelyWrong),
    sureWrongDrawings: shareOf(drawings, moments => moments.some(isSurelyWrong)),
    halfRight: shareOf(at(momentCount / 2 - 1), isRight),
    byShare: Array.from({ length: momentCount / 2 }, (_, i) => {
      const moments = at(2 * i + 1);
      return {
        share: (2 * i + 2) / momentCount,
        right: shareOf(moments, isRight),
        ece: calibrationError(moments),
        sureWrong: shareOf(moments, isSurelyWrong),
      };
    }),
  };
}

/** The prediction that is shown once at least this share of the points is drawn. */
function momentOf({ label, prefixes = [], probabilities }: Reading, share: number): Reading {
  const shown = prefixes.find(prefix => prefix.share >= share)?.probabilities ?? probabilities;
  return { label, probabilities: shown };
}

const isSurelyWrong = (moment: Reading) => Math.max(...moment.probabilities) >= decidedAt && !isRight(moment);
