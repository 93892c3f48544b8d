import { encodeWeights, type Weights } from '../../shared/weights.ts';
import { predictImages } from '../evaluation/predict.ts';
import { digitsOf } from '../evaluation/report.ts';
import { loadServingNet } from '../model/serving-net.ts';
import type { Norms } from '../model/weight-update.ts';
import { type Evaluated, type EvaluationContext, evaluateUpload } from './evaluate-upload.ts';
import { averageUploads } from './robust-average.ts';

export type RoundContext = EvaluationContext & { honest: Norms };

/** `kept` numbers the uploads the candidate is made of. */
export type RoundVerdict = Evaluated & { candidate: Weights; kept: readonly number[] };

const mostAlone = 12; // uploads judged by themselves: a second or two each

const mostScreened = 100; // lessons that an upload is screened by: some 15 ms

/**
 * One candidate of all uploads; where it is refused, each by itself, and one of those that are not: a spoiled upload
 * must not cost the others their work. The uploads that read the lessons best are judged first, and those that read
 * them no better than the champion not at all, so that noise takes nobody's turn.
 */
export async function evaluateRound(uploads: readonly Weights[], exam: RoundContext): Promise<RoundVerdict> {
  const candidateOf = (some: readonly Weights[]) =>
    averageUploads(some, { base: exam.champion, anchor: exam.anchor, honest: exam.honest });
  const judgeSome = async (kept: readonly number[]): Promise<RoundVerdict> => {
    const candidate = candidateOf(uploads.filter((_, i) => kept.includes(i)));
    return { ...(await evaluateUpload(candidate, exam)), candidate, kept };
  };
  const together = await judgeSome(uploads.map((_, i) => i));
  if (together.verdict.kind === 'promoted' || uploads.length === 1) return together;
  // It is the labels that were refused, not what was learned of them.
  if (together.verdict.reason === 'labels_doubted') return together;
  const least = await surenessOf(exam.champion, exam);
  const screened: { i: number; sureness: number }[] = [];
  for (const [i, upload] of uploads.entries())
    screened.push({ i, sureness: await surenessOf(candidateOf([upload]), exam) });
  const promising = screened
    .filter(({ sureness }) => sureness > least)
    .sort((one, other) => other.sureness - one.sureness);
  const good: RoundVerdict[] = [];
  for (const { i } of promising.slice(0, mostAlone)) {
    const alone = await judgeSome([i]);
    if (alone.verdict.kind === 'promoted') good.push(alone);
  }
  const [first] = good;
  if (first === undefined) return together;
  if (good.length === 1) return first;
  const rest = await judgeSome(good.flatMap(({ kept }) => kept).sort((one, other) => one - other));
  return rest.verdict.kind === 'promoted' ? rest : first;
}

/** How surely the lessons are read as they are labelled: the mean logarithm of the probability, 0 at most. */
async function surenessOf(weights: Weights, { samples }: RoundContext): Promise<number> {
  const net = await loadServingNet(encodeWeights(weights));
  try {
    const readings = await predictImages(net, digitsOf(samples.slice(0, mostScreened)));
    const sum = readings.reduce(
      (total, { label, probabilities }) => total + Math.log(Math.max(probabilities[label] ?? 0, 1e-6)),
      0,
    );
    return sum / Math.max(1, readings.length);
  } finally {
    net.dispose();
  }
}
