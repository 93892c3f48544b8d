import type { LabelledDrawing } from '../dataset/digits.ts';
import { mixtureDefaults, type Pen } from '../model/mixture.ts';

/** Times of a drawing that has none: a tablet of 80 Hz, and what the pen takes to the next stroke. */
const pointMs = 12;
const liftMs = 250;

/** A drawing right before its next point. */
export interface Moment {
  /** Of its points, 0…1. */
  share: number;
  points: number;
  pen: Pen;
}

/**
 * A drawing as a server sees it arrive: after each of `count` equal shares of its points, or after each point where it
 * has fewer. The rest is the last one before the next point at which a server shows the prediction again. In the last
 * moment the pen is up and the hand has rested.
 */
export function replay(drawing: Pick<LabelledDrawing, 'strokes' | 'times'>, count: number): Moment[] {
  const arrivals = arrivalsOf(drawing);
  const total = arrivals.length;
  if (total === 0) return [{ share: 1, points: 0, pen: { state: 'done' } }];
  const parts = Math.min(count, total);
  return Array.from({ length: parts }, (_, i) => {
    const points = Math.ceil((total * (i + 1)) / parts);
    return { share: points / total, points, pen: penAfter(points, arrivals) };
  });
}

interface Arrival {
  atMs: number;
  lifted: boolean;
}

function penAfter(points: number, arrivals: readonly Arrival[]): Pen {
  const { atMs, lifted } = arrivals[points - 1] ?? { atMs: 0, lifted: true };
  const state = lifted ? 'up' : 'down';
  const untilNextMs = (arrivals[points]?.atMs ?? Number.POSITIVE_INFINITY) - atMs;
  const shownMs = mixtureDefaults.pens[state].shownMs.filter(ms => ms <= untilNextMs);
  return { state, restMs: shownMs.at(-1) ?? 0 };
}

function arrivalsOf({ strokes, times }: Pick<LabelledDrawing, 'strokes' | 'times'>): Arrival[] {
  const arrivals: Arrival[] = [];
  strokes.forEach((stroke, s) => {
    for (let i = 0; i < stroke.length / 2; i++) {
      const last = arrivals.at(-1);
      const assumedMs = last === undefined ? 0 : last.atMs + (i === 0 ? liftMs : pointMs);
      arrivals.push({ atMs: times?.[s]?.[i] ?? assumedMs, lifted: 2 * i + 2 >= stroke.length });
    }
  });
  return arrivals;
}
