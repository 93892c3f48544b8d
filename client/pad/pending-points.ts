import { maxPointsPerDraw } from '../../shared/limits.ts';

/** Points in a row of one stroke, flat. */
export interface Piece {
  /** Its first point begins the stroke. */
  begins: boolean;
  points: number[];
}

/** Collects the points of the pen until `flush` takes them, in the next animation frame. */
export function createPendingPoints(schedule: (flush: () => void) => void, flush: () => void) {
  let pending: Piece[] = [];
  let isScheduled = false;

  return {
    isEmpty: () => pending.length === 0,
    add({ begins, points }: { begins: boolean; points: readonly number[] }) {
      const last = pending.at(-1);
      if (begins || last === undefined) pending.push({ begins, points: [...points] });
      else last.points.push(...points);
      if (isScheduled) return;
      isScheduled = true;
      schedule(flush);
    },
    /** The pieces since the last call, each at most as long as one `draw`. */
    take(): Piece[] {
      isScheduled = false;
      const pieces = pending.flatMap(cut);
      pending = [];
      return pieces;
    },
  };
}

/** Parts that one `draw` may have. */
function cut({ begins, points }: Piece): Piece[] {
  const parts: Piece[] = [];
  for (let from = 0; from < points.length; from += 2 * maxPointsPerDraw)
    parts.push({
      begins: begins && from === 0,
      points: points.slice(from, from + 2 * maxPointsPerDraw),
    });
  return parts;
}
