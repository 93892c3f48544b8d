import type { Pen } from '../../training/model/mixture.ts';
import type { LiveDrawing } from './live-drawing.ts';

/** State of the author's hand at `nowMs`, monotonic. */
export function penOf({ state, stored, edits, pen }: LiveDrawing, nowMs: number): Pen {
  // A label means that the ink is finished, until more follows.
  if (state === 'finished' || stored?.edits === edits) return { state: 'done' };
  return { state: pen.state, restMs: Math.max(0, nowMs - pen.sinceMs) };
}
