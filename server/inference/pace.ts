import type { Pace } from '../../shared/protocol.ts';

interface Step {
  /** Of each drawing. */
  guessesPerSecond: number;
  /** A room's frames are most of the written data, so they slow down together with predictions. */
  leastTickMs: number;
  /** A drawing that waits longer than this beyond its pace waits for an engine: one step slower … */
  mostWaitMs: number;
  /** … as when the event loop is busy for more than this share, and ink would have to wait. */
  mostBusy: number;
}
/**
 * Prediction rates: per video frame, as fast as a person reads, still lively; under greater load a low rate is better
 * than late predictions.
 */
const steps: readonly Step[] = [
  { guessesPerSecond: 30, leastTickMs: 0, mostWaitMs: 150, mostBusy: 0.9 },
  { guessesPerSecond: 15, leastTickMs: 66, mostWaitMs: 150, mostBusy: 0.9 },
  { guessesPerSecond: 5, leastTickMs: 200, mostWaitMs: 500, mostBusy: 1 },
  { guessesPerSecond: 2, leastTickMs: 500, mostWaitMs: Number.POSITIVE_INFINITY, mostBusy: 1 },
];
/** A drawing that waits at most this long does not wait for an engine. */
const leastWaitMs = 50;
/** The next faster rate means two to three times as many predictions. */
const leastBusy = 0.5;
/** Samples in a row that must agree, since people joining are not an overload and a lull is not its end … */
const [samplesToSlow, samplesToRecover] = [8, 12];
/** … and a rate that caused overload is retried after a longer time each time. */
const mostSamplesToRecover = 96;
export const overloadSampleMs = 250;

/** One sample. */
export interface Load {
  /** Longest wait of a drawing beyond its pace. */
  oldestMs: number;
  /** Share of its time that the event loop was busy since the last sample. */
  busy: number;
}

/** During overload first predictions and then frames slow down for everybody, so that ink is still accepted at once. */
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
