import { setImmediate } from 'node:timers/promises';
import { encodeWeights, type Weights } from '../../../shared/weights.ts';
import type { Digits } from '../../../training/dataset/digits.ts';
import type { LabelledSample } from '../../../training/dataset/labelled-samples.ts';
import { topOf } from '../../../training/evaluation/metrics.ts';
import { predictImages } from '../../../training/evaluation/predict.ts';
import { digitsOf } from '../../../training/evaluation/report.ts';
import { createReportCache } from '../../../training/evaluation/report-cache.ts';
import type { FineTuning } from '../../../training/learn/fine-tune.ts';
import { runTrainingJob } from '../../../training/learn/training-job.ts';
import { loadServingNet } from '../../../training/model/serving-net.ts';
import type { LabelBatch } from './hostile-labels.ts';

export type LabelHarness = ReturnType<typeof createLabelHarness>;

/** The harm of jobs to other people: `worst` is the largest drop of a digit, `mean` the drop of all, in points. */
export type Harm = { worst: number; digit: number; mean: number };

type Parts = {
  base: Weights;
  plain: Weights;
  replay: Digits;
  mnist: Digits;
  victims: LabelledSample[];
  marked: LabelledSample[]; // by the victims, with a tick
  options?: FineTuning['options'];
};

/** The house's jobs, one after the other, and their effect on drawings of people who label nothing. */
export function createLabelHarness({ base, plain, replay, mnist, victims, marked, options }: Parts) {
  const cache = createReportCache();
  const before = new Map<readonly LabelledSample[], Promise<boolean[]>>();

  async function read(weights: Weights, samples: readonly LabelledSample[]) {
    const net = await loadServingNet(encodeWeights(weights));
    try {
      return (await predictImages(net, digitsOf(samples))).map(({ probabilities }) => {
        const digit = topOf(probabilities);
        return { digit, probability: probabilities[digit] };
      });
    } finally {
      net.dispose();
    }
  }

  const areRight = async (weights: Weights, samples: readonly LabelledSample[]) =>
    (await read(weights, samples)).map(({ digit }, i) => digit === samples[i].digit);

  /** Runs a job for each batch; a refused candidate changes nothing. */
  async function teach(batches: readonly LabelBatch[], seed: number) {
    let champion = base;
    const verdicts: string[] = [];
    const corrections: LabelledSample[] = [];
    let promoted = 0;
    let setAside = 0;
    for (const [i, { samples, heldOut }] of batches.entries()) {
      const seen = await read(champion, samples);
      const labelled = samples.map((sample, at) => ({
        ...sample,
        correction: seen[at].digit !== sample.digit,
      }));
      const job = runTrainingJob({
        champion,
        ...(champion !== base && { base }),
        plain,
        samples: labelled,
        heldOut,
        corrections: [...corrections],
        replay,
        mnist,
        seed: seed + i,
        now: () => performance.now(),
        cache,
        ...(options && { options }),
      });
      let state = await job.next();
      while (!state.done) {
        state = await job.next();
        await setImmediate(); // without a turn of the event loop no signal ends the bench
      }
      if (state.value === undefined) throw new Error('A job was cancelled');
      const { verdict, candidate, setAside: aside } = state.value;
      setAside += aside.length;
      verdicts.push(verdict.kind === 'refused' ? `${verdict.reason}: ${verdict.message}` : verdict.message);
      if (verdict.kind === 'refused' || candidate === undefined) continue;
      promoted++;
      champion = candidate.weights;
      corrections.push(...labelled.filter(({ correction }) => correction));
    }
    return { champion, promoted, setAside, verdicts };
  }

  async function harmOf(champion: Weights, { isMarked }: { isMarked: boolean }): Promise<Harm> {
    const samples = isMarked ? marked : victims;
    const known = before.get(samples) ?? areRight(base, samples);
    before.set(samples, known);
    const [was, is] = [await known, await areRight(champion, samples)];
    const drop = (indices: readonly number[]) =>
      (100 * indices.reduce((sum, i) => sum + Number(was[i]) - Number(is[i]), 0)) /
      Math.max(1, indices.length);
    const drops = Array.from({ length: 10 }, (_, digit) =>
      drop(samples.flatMap((sample, i) => (sample.digit === digit ? [i] : []))),
    );
    const worst = Math.max(...drops);
    return { worst, digit: drops.indexOf(worst), mean: drop([...samples.keys()]) };
  }

  return { read: (samples: readonly LabelledSample[]) => read(base, samples), teach, harmOf };
}
