import { encodeWeights, type Weights } from '../../shared/weights.ts';
import { predictImages } from '../evaluation/predict.ts';
import { digitsOf } from '../evaluation/report.ts';
import { loadServingNet } from '../model/serving-net.ts';
import type { Norms } from '../model/weight-update.ts';
import { normsAllowed } from './benign-norms.ts';
import { type Evaluated, type EvaluationContext, evaluateUpload } from './evaluate-upload.ts';
import { averageUploads } from './robust-average.ts';

export type RoundContext = EvaluationContext & { benign: Norms };

/** `kept`: indices of the uploads in the candidate. */
export type RoundVerdict = Evaluated & { candidate: Weights; kept: readonly number[] };

const maxSingleEvaluations = 12; // uploads evaluated one by one: a second or two each

const maxScreenSamples = 100; // samples to screen an upload with: some 15 ms

/**
 * Evaluates one candidate of all uploads. If the gate refuses it, evaluates uploads one by one and then a candidate of
 * the accepted ones, so that one bad upload does not waste the others. Uploads with the highest likelihood of the labels
 * come first; uploads that do not exceed the champion's are skipped, so that noise does not use up the limit.
 */
export async function evaluateRound(
  uploads: readonly Weights[],
  context: RoundContext,
): Promise<RoundVerdict> {
  const benign = normsAllowed(context.benign, context.gate ?? 'house');
  const candidateOf = (some: readonly Weights[]) =>
    averageUploads(some, { base: context.champion, anchor: context.anchor, benign });
  const evaluateSome = async (kept: readonly number[]): Promise<RoundVerdict> => {
    const candidate = candidateOf(uploads.filter((_, i) => kept.includes(i)));
    return { ...(await evaluateUpload(candidate, context)), candidate, kept };
  };
  const together = await evaluateSome(uploads.map((_, i) => i));
  if (together.verdict.kind === 'promoted' || uploads.length === 1) return together;
  // Doubted labels refuse every candidate of the round.
  if (together.verdict.reason === 'labels_doubted') return together;
  const threshold = await meanLogLikelihood(context.champion, context);
  const screened: { i: number; likelihood: number }[] = [];
  for (const [i, upload] of uploads.entries())
    screened.push({ i, likelihood: await meanLogLikelihood(candidateOf([upload]), context) });
  const promising = screened
    .filter(({ likelihood }) => likelihood > threshold)
    .sort((one, other) => other.likelihood - one.likelihood);
  const accepted: RoundVerdict[] = [];
  for (const { i } of promising.slice(0, maxSingleEvaluations)) {
    const alone = await evaluateSome([i]);
    if (alone.verdict.kind === 'promoted') accepted.push(alone);
  }
  const [first] = accepted;
  if (first === undefined) return together;
  if (accepted.length === 1) return first;
  const rest = await evaluateSome(accepted.flatMap(({ kept }) => kept).sort((one, other) => one - other));
  return rest.verdict.kind === 'promoted' ? rest : first;
}

/** Mean log probability of the labels, 0 at most. */
async function meanLogLikelihood(weights: Weights, { samples }: RoundContext): Promise<number> {
  const net = await loadServingNet(encodeWeights(weights));
  try {
    const readings = await predictImages(net, digitsOf(samples.slice(0, maxScreenSamples)));
    const sum = readings.reduce(
      (total, { label, probabilities }) => total + Math.log(Math.max(probabilities[label] ?? 0, 1e-6)),
      0,
    );
    return sum / Math.max(1, readings.length);
  } finally {
    net.dispose();
  }
}
