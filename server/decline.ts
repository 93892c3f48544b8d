export interface Answers {
  confirmed: number;
  corrected: number;
}

/** Fewer answers say nothing about a version, whatever they are. */
const leastAnswers = 20;
/** One-sided 95 %. */
const z95 = 1.645;

/**
 * Whether people correct a version more often than the one before it, with 95 % confidence: the two-proportion
 * z-test on the share of corrections.
 */
export function isWorse(now: Answers, before: Answers): boolean {
  const countNow = now.confirmed + now.corrected;
  const countBefore = before.confirmed + before.corrected;
  if (countNow < leastAnswers || countBefore < leastAnswers) return false;
  const pooled = (now.corrected + before.corrected) / (countNow + countBefore);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / countNow + 1 / countBefore));
  if (spread === 0) return false;
  return (now.corrected / countNow - before.corrected / countBefore) / spread > z95;
}
