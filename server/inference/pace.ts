import type { Pace } from '../../shared/protocol.ts';

interface Step {
  /** Of each drawing. */
  guessesPerSecond: number;
  /** A room's frames are most of the written data, so they slow down together with predictions. */
  minTickMs: number;
  /** A drawing that waits longer than this beyond its pace waits for an engine: one step slower … */
  maxWaitMs: number;
  /** … as when the event loop is busy for more than this share, and ink would have to wait. */
  maxBusy: number;
}
/**
 * Prediction rates: per video frame, as fast as a person reads, still lively; under greater load a low rate is better
 * than late predictions.
 */
const steps: readonly Step[] = [
  { guessesPerSecond: 30, minTickMs: 0, maxWaitMs: 150, maxBusy: 0.9 },
  { guessesPerSecond: 15, minTickMs: 66, maxWaitMs: 150, maxBusy: 0.9 },
  { guessesPerSecond: 5, minTickMs: 200, maxWaitMs: 500, maxBusy: 1 },
  { guessesPerSecond: 2, minTickMs: 500, maxWaitMs: Number.POSITIVE_INFINITY, maxBusy: 1 },
];
/** A drawing that waits at most this long does not wait for an engine. */
const minWaitMs = 50;
/** The next faster rate means two to three times as many predictions. */
const minBusy = 0.5;
/** Samples in a row that must agree, since people joining are not an overload and a lull is not its end … */
const [samplesToSlow, samplesToRecover] = [8, 12];
/** … and a rate that caused overload is retried after a longer time each time. */
const maxSamplesToRecover = 96;
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
    minTickMs: () => steps[level].minTickMs,
    sample({ oldestMs, busy }: Load) {
      const { maxWaitMs, maxBusy } = steps[level];
      overloadedSamples = oldestMs > maxWaitMs || busy > maxBusy ? overloadedSamples + 1 : 0;
      calmSamples = oldestMs < minWaitMs && busy < minBusy ? calmSamples + 1 : 0;
      if (overloadedSamples >= samplesToSlow) {
        samplesNeeded = Math.min(maxSamplesToRecover, 2 * samplesNeeded);
        move(1);
      } else if (calmSamples >= samplesNeeded && level > 0) move(-1);
    },
  };
}
