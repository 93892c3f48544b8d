import { encodeWeights, type Weights } from '../../shared/weights.ts';
import { batchDefaults } from '../dataset/batches.ts';
import type { Digits } from '../dataset/digits.ts';
import {
  balancedDigits,
  type LabelledSample,
  sampleBatches,
  sampleDefaults,
} from '../dataset/labelled-samples.ts';
import { isRight } from '../evaluation/paired-comparison.ts';
import { predictImages } from '../evaluation/predict.ts';
import { digitsOf } from '../evaluation/report.ts';
import { between } from '../model/weight-update.ts';
import { type Compute, tfjsCompute } from './compute.ts';
import { type Progress, type Training, train } from './train.ts';

export const fineTuneDefaults = {
  peakRate: 1e-3, // a third of pretraining's: measured in LOG.md
  warmUp: 0.1, // share of the steps: Adam's first steps are the least stable
  decay: 0, // the champion's weights already have the right size
  minSteps: 100,
  maxSteps: 300,
  stepsPerSample: 1,
  // The adopted share of the way from the champion to the trained weights. Half the way keeps nearly all that was learned
  // and a third of the forgetting. With many samples, each repeated less often, a larger share is safe.
  adoptedAtMinSteps: 0.5,
  adoptedAtMaxSteps: 0.6,
  maxAdopted: 0.75, // the share grows up to this, until the candidate reads …
  keptShare: 0.95, // … this share of the samples that the trained weights learned
};

/** The loss is not finite: the result of this training is useless. */
export class DivergedError extends Error {
  override name = 'DivergedError';
}

export type FineTuning = {
  weights: Weights; // of the champion; never changed
  samples: readonly LabelledSample[];
  trust: Float32Array; // of each sample, by `estimateTrust`
  replay: Digits; // MNIST, for the rest of each batch
  seed: number;
  options?: Partial<typeof fineTuneDefaults>;
  compute?: Compute; // default: tfjs
} & Pick<Training, 'from' | 'save'>;

/**
 * Trains the champion on the samples beside replay, with frozen batch-norm statistics. Yields after each step; returns
 * the candidate. Cancel by `return()`. Throws DivergedError.
 */
export async function* fineTune(tuning: FineTuning): AsyncGenerator<Progress, Weights, undefined> {
  const { weights, samples, seed } = tuning;
  const options = { ...fineTuneDefaults, ...tuning.options };
  const {
    minSteps,
    maxSteps,
    stepsPerSample,
    adoptedAtMinSteps,
    adoptedAtMaxSteps,
    maxAdopted,
    keptShare,
    peakRate,
    warmUp,
    decay,
  } = options;
  const wanted = Math.round(minSteps + stepsPerSample * tuning.trust.filter(value => value > 0).length);
  const steps = Math.min(maxSteps, wanted);
  const progress = maxSteps > minSteps ? Math.max(0, steps - minSteps) / (maxSteps - minSteps) : 0;
  const adopted = adoptedAtMinSteps + (adoptedAtMaxSteps - adoptedAtMinSteps) * progress;
  const replay = balancedDigits(tuning.replay, { count: steps * batchDefaults.size, seed });
  const batches = sampleBatches({ samples, weights: tuning.trust, replay, seed });
  const { from, save, compute = tfjsCompute } = tuning;
  const training = train({
    peakRate,
    warmUp,
    decay,
    weights,
    batches,
    steps,
    norm: 'stored',
    reference: { weights, own: sampleDefaults.perBatch }, // samples stand in the last rows
    from,
    save,
    startSteps: compute.startSteps,
  });
  try {
    for (;;) {
      const state = await training.next();
      if (state.done) return await adoptShare(state.value, { ...tuning, adopted, maxAdopted, keptShare });
      if (!Number.isFinite(state.value.loss))
        throw new DivergedError(`The loss of step ${state.value.step} of ${steps} is ${state.value.loss}.`);
      yield state.value;
    }
  } finally {
    await training.return(weights);
  }
}

type Adoption = FineTuning & { adopted: number; maxAdopted: number; keptShare: number };

/** Interpolates towards the trained weights, from share `adopted` on, until the candidate keeps what these learned. */
async function adoptShare(
  trained: Weights,
  { weights, adopted, maxAdopted, keptShare, compute = tfjsCompute, ...rest }: Adoption,
): Promise<Weights> {
  const trusted = digitsOf(rest.samples.filter((_, i) => rest.trust[i] > 0));
  async function readRight(net: Weights): Promise<boolean[]> {
    const loaded = await compute.loadNet(encodeWeights(net));
    try {
      return (await predictImages(loaded, trusted)).map(isRight);
    } finally {
      loaded.dispose();
    }
  }
  const [before, after] = [await readRight(weights), await readRight(trained)];
  const learned = after.flatMap((isRead, i) => (isRead && !before[i] ? [i] : []));
  for (let share = adopted; ; share += shareStep) {
    const candidate = between(weights, { to: trained, share });
    if (share + shareStep > maxAdopted) return candidate;
    const reached = await readRight(candidate);
    if (learned.filter(i => reached[i]).length >= keptShare * learned.length) return candidate;
  }
}

const shareStep = 0.05; // a finer step changes no figure of the gate
