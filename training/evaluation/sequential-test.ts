/** Corrected and confirmed predictions of one version. */
export type Answered = { confirmed: number; corrected: number };

/** Upper limit of the probability that two equal versions ever differ significantly, however often they are compared. */
export const falseAlarms = 0.01;
/**
 * Answers that count as one independent answer. A person gives up to five, and a hand that is misread once is misread
 * again: with a correlation of 0.25 among five answers, the variance is 1 + 4 × 0.25 times as large.
 */
const answersPerIndependent = 2;

/**
 * Whether people correct a version more often than the one before it. The test stays valid when it is repeated after
 * every answer: the likelihood of the answers under two independent rates (uniform priors), divided by the maximum
 * likelihood under one common rate, is an e-process, which exceeds 1 / falseAlarms with probability falseAlarms at most
 * (Wasserman, Ramdas, Balakrishnan 2020, "Universal inference").
 */
export function isProvenWorse(now: Answered, before: Answered): boolean {
  const [own, other] = [now, before].map(independent);
  const rates = [own, other].map(({ corrected, confirmed }) => corrected / (corrected + confirmed));
  if (!(rates[0] > rates[1])) return false;
  const apart = logBeta(own) + logBeta(other);
  const common = {
    confirmed: own.confirmed + other.confirmed,
    corrected: own.corrected + other.corrected,
  };
  return apart - maxLogLikelihood(common) > Math.log(1 / falseAlarms);
}

const independent = ({ confirmed, corrected }: Answered): Answered => ({
  confirmed: confirmed / answersPerIndependent,
  corrected: corrected / answersPerIndependent,
});

/** Logarithm of ∫ p^corrected (1 − p)^confirmed dp over 0…1. */
const logBeta = ({ confirmed, corrected }: Answered) =>
  logGamma(confirmed + 1) + logGamma(corrected + 1) - logGamma(confirmed + corrected + 2);

function maxLogLikelihood({ confirmed, corrected }: Answered): number {
  const count = confirmed + corrected;
  const term = (part: number) => (part > 0 ? part * Math.log(part / count) : 0);
  return term(confirmed) + term(corrected);
}

/** Stirling's series, after a shift to where it is exact to ten digits. `x` > 0. */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 8; y++) shift += Math.log(y);
  const series = 1 / (12 * y) - 1 / (360 * y ** 3) + 1 / (1260 * y ** 5);
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
