import { isRight } from './metrics.ts';
import { type Report, type SetName, setNames } from './report.ts';

/** Predictions of two models on the same drawings, counted. */
export type Pairs = {
  what: string; // name of the drawings in a verdict
  count: number;
  before: number; // right by the champion
  after: number; // right by the candidate
  lost: number; // right by the champion only
  gained: number; // right by the candidate only
};

const z = 1.645; // one-sided 95 %

/** Pairs the readings of one set, or of one digit of it. Throws when the reports are over different drawings. */
export function pairUp(
  { champion, candidate }: { champion: Report; candidate: Report },
  { name, digit }: { name: SetName; digit?: number },
): Pairs {
  const what = digit === undefined ? setNames[name] : `${setNames[name]}, the ${digit}s`;
  const pairs = { what, count: 0, before: 0, after: 0, lost: 0, gained: 0 };
  const others = candidate.readings[name];
  champion.readings[name].forEach((reading, i) => {
    const other = others[i];
    if (other?.label !== reading.label)
      throw new Error(`The reports do not pair up: drawing ${i} of ${setNames[name]}`);
    if (digit !== undefined && reading.label !== digit) return;
    const [was, is] = [isRight(reading), isRight(other)];
    pairs.count++;
    if (was) pairs.before++;
    if (is) pairs.after++;
    if (was && !is) pairs.lost++;
    if (!was && is) pairs.gained++;
  });
  return pairs;
}

/** Change of accuracy, −1…1. */
export const changeOf = ({ count, lost, gained }: Pairs) => (count > 0 ? (gained - lost) / count : 0);

/** Lower bound of the change with 95 % confidence. Paired: only drawings on which the models differ add variance. */
export function boundOf(pairs: Pairs): number {
  const { count, lost, gained } = pairs;
  if (count === 0) return 0;
  return changeOf(pairs) - (z * Math.sqrt(lost + gained - (gained - lost) ** 2 / count)) / count;
}

export const figures = ({ count, before, after }: Pairs) =>
  `${percent(before / Math.max(1, count))} → ${percent(after / Math.max(1, count))}`;

export const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
