import type { Answers } from '../../db/label-counts.ts';

/** Fewer answers say nothing about a version, whatever they are. */
const leastAnswers = 20;
/** Fewer people are no crowd: their corrections may be one person's. */
const leastCorrectors = 5;
/** One-sided 95 %. */
const z95 = 1.645;

/**
 * Whether people correct a version more often than the one before it, with 95 % confidence: the two-proportion
 * z-test on the share of corrections. A few people alone never are enough.
 */
export function isSignificantlyWorse(now: Answers, before: Answers): boolean {
  const countNow = now.confirmed + now.corrected;
  const countBefore = before.confirmed + before.corrected;
  if (now.correctors < leastCorrectors) return false;
  if (countNow < leastAnswers || countBefore < leastAnswers) return false;
  const pooled = (now.corrected + before.corrected) / (countNow + countBefore);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / countNow + 1 / countBefore));
  if (spread === 0) return false;
  return (now.corrected / countNow - before.corrected / countBefore) / spread > z95;
}
