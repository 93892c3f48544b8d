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
/** Samples in a row that must agree: people coming in are no overload, and a lull is not its end … */
const [samplesToSlow, samplesToRecover] = [8, 12];
/** … and a rate that was too much is tried later each time. */
const mostSamplesToRecover = 96;
export const overloadSampleMs = 250;

/** One sample. */
export interface Load {
  /** How long the drawing has waited that waits longest, beyond what the pace asks of it. */
  oldestMs: number;
  /** Share of its time that the event loop was busy since the last sample. */
  busy: number;
}

/** Under overload everybody's guesses, and then frames, come less often, so that ink is taken in as ever. */
export function createOverloadControl(changed: (pace: Pace) => void) {
  let level = 0;
  let [overloadedSamples, calmSamples] = [0, 0];
  let samplesNeeded = samplesToRecover;

  function move(by: -1 | 1) {
    level += by;
    overloadedSamples = 0;
    calmSamples = 0;
    changed(pace());
  }

  const pace = (): Pace => ({ guessesPerSecond: steps[level].guessesPerSecond, overloaded: level > 0 });

  return {
    pace,
    leastTickMs: () => steps[level].leastTickMs,
    sample({ oldestMs, busy }: Load) {
      const { mostWaitMs, mostBusy } = steps[level];
      overloadedSamples = oldestMs > mostWaitMs || busy > mostBusy ? overloadedSamples + 1 : 0;
      calmSamples = oldestMs < leastWaitMs && busy < leastBusy ? calmSamples + 1 : 0;
      if (overloadedSamples >= samplesToSlow) {
        samplesNeeded = Math.min(mostSamplesToRecover, 2 * samplesNeeded);
        move(1);
      } else if (calmSamples >= samplesNeeded && level > 0) move(-1);
    },
  };
}
