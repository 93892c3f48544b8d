import { isAtRest, mixtureDefaults } from '../../training/model/mixture.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';
import { penOf } from '../drawing/pen.ts';

export interface RestingParts {
  /** Mixes the outputs of the drawing's newest ink again, and shows the result. */
  showAgain(live: LiveDrawing): void;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** How late a prediction of a hand at rest may come: nobody sees it, and one timer serves all drawings. */
export const sweepMs = 50;

/**
 * Shows the predictions of drawings again while their hands rest, at the rests that `mixtureDefaults` names: without an
 * event of the client and without another forward pass. One timer runs, and only while a hand has not rested enough.
 */
export function createResting({ showAgain, now, after }: RestingParts) {
  const watched = new Set<LiveDrawing>();
  let cancel: (() => void) | undefined;
  let isStopped = false;

  /** Whether a prediction of this rest is still to come. */
  function follow(live: LiveDrawing): boolean {
    if (live.state === 'finished' || live.drawing.points === 0) return false;
    const pen = penOf(live, now());
    // The prediction under way is mixed for the rest at which it arrives.
    if (live.guess?.edits !== live.edits) return !isAtRest(pen);
    if (pen.state === 'done') {
      if (!live.guess.isWhole) showAgain(live);
      return false;
    }
    const mixedAtMs = live.guess.mixedMs - live.pen.sinceMs;
    const isDue = (ms: number) => mixedAtMs < ms && ms <= pen.restMs;
    if (mixtureDefaults.pens[pen.state].shownMs.some(isDue)) showAgain(live);
    return !isAtRest(pen);
  }

  function sweep() {
    cancel = undefined;
    for (const live of watched) if (!follow(live)) watched.delete(live);
    arm();
  }

  function arm() {
    if (watched.size > 0 && !isStopped) cancel ??= after(sweepMs, sweep);
  }

  return {
    /** The drawing has a new edit or lift: its rest begins. */
    watch(live: LiveDrawing) {
      watched.add(live);
      arm();
    },
    stop() {
      isStopped = true;
      watched.clear();
      cancel?.();
      cancel = undefined;
    },
  };
}
