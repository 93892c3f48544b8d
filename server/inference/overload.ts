import type { Pace } from '../../shared/protocol.ts';

interface Step {
  /** Of each drawing. */
  guessesPerSecond: number;
  /** Frames of a room are the most of what there is to write: they get fewer with the guesses. */
  leastTickMs: number;
  /** A drawing that waits longer than this beyond its turn waits for an engine: one step down … */
  mostWaitMs: number;
  /** … as when the event loop is busy for more than this share of its time, and ink would have to wait. */
  mostBusy: number;
}
/** Guesses as often as a screen shows them, as often as one reads them, alive; and where that is still too much, better few than late. */
const steps: readonly Step[] = [
  { guessesPerSecond: 30, leastTickMs: 0, mostWaitMs: 150, mostBusy: 0.9 },
  { guessesPerSecond: 15, leastTickMs: 66, mostWaitMs: 150, mostBusy: 0.9 },
  { guessesPerSecond: 5, leastTickMs: 200, mostWaitMs: 500, mostBusy: 1 },
  { guessesPerSecond: 2, leastTickMs: 500, mostWaitMs: Number.POSITIVE_INFINITY, mostBusy: 1 },
];
/** A drawing that waits no longer than this waits for nothing. */
const leastWaitMs = 50;
/** At the next rate there is two to three times as much to guess. */
const leastBusy = 0.5;
/** Looks in a row that must agree: people coming in are no overload, and a lull is not its end … */
const [looksToSlow, looksToRecover] = [8, 12];
/** … and a rate that was too much is tried later each time. */
const mostLooksToRecover = 96;
export const overloadSampleMs = 250;

/** What there is to see at a look. */
export interface Load {
  /** How long the drawing has waited that waits longest, beyond what the pace asks of it. */
  oldestMs: number;
  /** Share of its time that the event loop was busy since the last look. */
  busy: number;
}

/** Under overload everybody's guesses, and then frames, come less often, so that ink is taken in as ever. */
export function createOverloadControl(changed: (pace: Pace) => void) {
  let level = 0;
  let [overloadedLooks, calmLooks] = [0, 0];
  let looksNeeded = looksToRecover;

  function move(by: -1 | 1) {
    level += by;
    overloadedLooks = 0;
    calmLooks = 0;
    changed(pace());
  }

  const pace = (): Pace => ({ guessesPerSecond: steps[level].guessesPerSecond, overloaded: level > 0 });

  return {
    pace,
    leastTickMs: () => steps[level].leastTickMs,
    look({ oldestMs, busy }: Load) {
      const { mostWaitMs, mostBusy } = steps[level];
      overloadedLooks = oldestMs > mostWaitMs || busy > mostBusy ? overloadedLooks + 1 : 0;
      calmLooks = oldestMs < leastWaitMs && busy < leastBusy ? calmLooks + 1 : 0;
      if (overloadedLooks >= looksToSlow) {
        looksNeeded = Math.min(mostLooksToRecover, 2 * looksNeeded);
        move(1);
      } else if (calmLooks >= looksNeeded && level > 0) move(-1);
    },
  };
}
