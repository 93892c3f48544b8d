import { createMetrics } from '../core/metrics.ts';

/** Metrics of a server where nothing goes on. */
export function idleMetrics() {
  const zero = () => 0;
  return createMetrics({
    people: zero,
    drawings: zero,
    waiting: zero,
    restarts: zero,
    guessesPerSecond: zero,
    nodes: zero,
  });
}
