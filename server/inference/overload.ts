import type { Logger } from 'pino';
import type { Announcer } from '../core/announcer.ts';
import { createTimer } from '../core/every.ts';
import type { Metrics } from '../core/metrics.ts';
import { createOverloadControl, overloadSampleMs } from './pace.ts';
import type { Predictor } from './predictor.ts';

export interface OverloadParts {
  predictor: Pick<Predictor, 'oldestMs' | 'setPace'>;
  announcer: Pick<Announcer, 'pace'>;
  metrics: Pick<Metrics, 'gauge'>;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export type Overload = ReturnType<typeof createOverload>;

/** Samples the load of this process and slows predictions and frames for everybody during overload. */
export function createOverload({ predictor, announcer, metrics, log, after }: OverloadParts) {
  const pace = createOverloadControl(next => {
    log.warn(next, next.overloaded ? 'overloaded: guesses come less often' : 'no longer overloaded');
    predictor.setPace(next.guessesPerSecond);
    announcer.pace(next);
  });
  predictor.setPace(pace.pace().guessesPerSecond);
  metrics.gauge(
    'inkling_guesses_per_second',
    'How often each drawing may be guessed.',
    () => pace.pace().guessesPerSecond,
  );
  let last = performance.eventLoopUtilization();

  function sample() {
    const now = performance.eventLoopUtilization();
    const busy = performance.eventLoopUtilization(now, last).utilization;
    last = now;
    pace.sample({ oldestMs: predictor.oldestMs(), busy });
  }

  return {
    pace: pace.pace,
    minTickMs: pace.minTickMs,
    ...createTimer(after, { ms: overloadSampleMs, run: sample }),
  };
}
