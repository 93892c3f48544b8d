import { encodeWeights, type Weights } from '../../shared/weights.ts';
import { batchDefaults } from '../dataset/batches.ts';
import type { Digits } from '../dataset/digits.ts';
import {
  balancedDigits,
  type LabelledSample,
  sampleBatches,
  sampleDefaults,
} from '../dataset/labelled-samples.ts';
import type { Reading } from '../evaluation/metrics.ts';
import { isDecided, isRight } from '../evaluation/metrics.ts';
import { predictImages } from '../evaluation/predict.ts';
import { digitsOf } from '../evaluation/report.ts';
import type { GateKind } from '../gate/gate-kind.ts';
import { between } from '../model/weight-update.ts';
import { type Compute, tfjsCompute } from './compute.ts';
import { type Progress, type Training, train } from './train.ts';

export const fineTuneDefaults = {
  peakRate: 1e-3, // a third of pretraining's: measured in LOG.md
  warmUp: 0.1, // share of the steps: Adam's first steps are the least stable
  decay: 0, // the champion's weights already have the right size
  // The first stages stay, unless a room's signs are new: as many labels are learned in 0.6 of the time, and MNIST loses
  // half as much (LOG.md).
  frozenStages: 3,
  minSteps: 100,
  maxSteps: 300,
  stepsPerSample: 1,
  stepsShare: 1, // of the steps, which a slow machine's operator may lessen
  // The adopted share of the way from the champion to the trained weights. Half the way keeps nearly all that was learned
  // and a third of the forgetting. With many samples, each repeated less often, a larger share is safe.
  adoptedAtMinSteps: 0.5,
  adoptedAtMaxSteps: 0.6,
  // The share grows until the candidate keeps `keptShare` of the samples that the trained weights learned: in the house to
  // read, up to `maxAdopted`; in a room, whose people it is for, to decide, up to all of the way.
  maxAdopted: 0.75,
  maxAdoptedInRoom: 1,
  keptShare: 0.95,
  newFrom: 0.5, // share of misread samples from which a room's signs are its own: they vary widely …
  minNewSteps: 200, // … take longer to learn …
  adoptedIfNew: 0.9, // … and are few: held-out people gain most of the last tenths of the way, and MNIST pays 0.2 points (LOG.md)
  maxNewPerBatch: 24, // samples of a room's batch, of 64, where the champion misreads them all: signs of its own
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
  readings?: readonly Reading[]; // of the samples by the champion; without them they are read once more
  gate?: GateKind; // whose model it is; default: house
  options?: Partial<typeof fineTuneDefaults>;
  compute?: Compute; // default: tfjs
} & Pick<Training, 'from' | 'save'>;

/**
 * Trains the champion on the samples beside replay, with frozen batch-norm statistics. Yields after each step; returns
 * the candidate. Cancel by `return()`. Throws DivergedError.
 */
export async function* fineTune(tuning: FineTuning): AsyncGenerator<Progress, Weights, undefined> {
  const { weights, samples, seed, gate = 'house' } = tuning;
  const options = { ...fineTuneDefaults, ...tuning.options };
  const {
    minSteps,
    maxSteps,
    stepsPerSample,
    stepsShare,
    adoptedAtMinSteps,
    adoptedAtMaxSteps,
    adoptedIfNew,
    maxAdopted,
    maxAdoptedInRoom,
    maxNewPerBatch,
    newFrom,
    minNewSteps,
    keptShare,
    peakRate,
    warmUp,
    decay,
  } = options;
  const before =
    tuning.readings?.filter((_, i) => tuning.trust[i] > 0) ?? (await readTrusted(weights, tuning));
  const misread = before.filter(reading => !isRight(reading)).length / Math.max(1, before.length);
  const areNew = gate === 'room' && misread >= newFrom;
  const least = areNew ? minNewSteps : minSteps;
  const usualSteps = Math.min(maxSteps, Math.round(least + stepsPerSample * before.length));
  const steps = Math.max(1, Math.round(stepsShare * usualSteps));
  const progress = maxSteps > minSteps ? Math.max(0, usualSteps - minSteps) / (maxSteps - minSteps) : 0;
  const { prefixes, perBatch } =
    gate === 'room' ? roomShares(misread, { progress, maxNewPerBatch }) : houseShares(misread);
  const usual = adoptedAtMinSteps + (adoptedAtMaxSteps - adoptedAtMinSteps) * progress;
  const adopted = areNew ? adoptedIfNew : usual;
  const replay = balancedDigits(tuning.replay, { count: steps * batchDefaults.size, seed });
  const batches = sampleBatches({
    samples,
    weights: tuning.trust,
    replay,
    seed,
    perBatch,
    prefixes,
    areNew,
  });
  const { from, save, compute = tfjsCompute } = tuning;
  const training = train({
    peakRate,
    warmUp,
    decay,
    weights,
    batches,
    steps,
    norm: 'stored',
    frozenStages: areNew ? 0 : options.frozenStages,
    reference: { weights, own: perBatch }, // samples stand in the last rows
    from,
    save,
    startSteps: compute.startSteps,
  });
  try {
    for (;;) {
      const state = await training.next();
      if (state.done) {
        const most = gate === 'room' ? maxAdoptedInRoom : maxAdopted;
        return await adoptShare(state.value, {
          ...tuning,
          before,
          adopted,
          maxAdopted: most,
          keptShare,
        });
      }
      if (!Number.isFinite(state.value.loss))
        throw new DivergedError(`The loss of step ${state.value.step} of ${steps} is ${state.value.loss}.`);
      yield state.value;
    }
  } finally {
    await training.return(weights);
  }
}

/**
 * Of a room's batches. More places for samples that the champion misreads, signs of its own, and for many samples, `progress`
 * 1: those that it reads right then teach how the room's hands begin (LOG.md).
 */
export function roomShares(
  misread: number,
  { progress, maxNewPerBatch }: { progress: number; maxNewPerBatch: number },
) {
  const { prefixes, perBatch } = sampleDefaults;
  const isRead = progress * (1 - misread);
  return {
    prefixes: prefixes + isRead * (manySamples.prefixes - prefixes),
    perBatch: Math.round(
      perBatch + misread * (maxNewPerBatch - perBatch) + isRead * (manySamples.perBatch - perBatch),
    ),
  };
}

const manySamples: Pick<typeof sampleDefaults, 'prefixes' | 'perBatch'> = { prefixes: 0.65, perBatch: 16 };

/**
 * A drawing that is misread says what it is, not how digits begin: misread samples are taught whole, in the places that
 * they had without their beginnings (LOG.md).
 */
export const houseShares = (misread: number) => ({
  prefixes: sampleDefaults.prefixes * (1 - misread),
  perBatch: Math.round(sampleDefaults.perBatch * (1 - sampleDefaults.prefixes * misread)),
});

type Adoption = FineTuning & {
  before: readonly Reading[];
  adopted: number;
  maxAdopted: number;
  keptShare: number;
};

/** The readings of the trusted samples by a net. */
async function readTrusted(
  net: Weights,
  { samples, trust, compute = tfjsCompute }: Pick<FineTuning, 'samples' | 'trust' | 'compute'>,
): Promise<Reading[]> {
  const loaded = await compute.loadNet(encodeWeights(net));
  try {
    return await predictImages(loaded, digitsOf(samples.filter((_, i) => trust[i] > 0)));
  } finally {
    loaded.dispose();
  }
}

/** Interpolates towards the trained weights, from share `adopted` on, until the candidate keeps what these learned. */
async function adoptShare(
  trained: Weights,
  { weights, before, adopted, maxAdopted, keptShare, ...tuning }: Adoption,
): Promise<Weights> {
  const isLearned = tuning.gate === 'room' ? isDecided : isRight;
  const readLearned = async (net: Weights) => (await readTrusted(net, tuning)).map(isLearned);
  const after = await readLearned(trained);
  const learned = after.flatMap((is, i) => (is && !isLearned(before[i]) ? [i] : []));
  for (let share = adopted; ; share += shareStep) {
    const candidate = between(weights, { to: trained, share });
    if (share + shareStep > maxAdopted) return candidate;
    const reached = await readLearned(candidate);
    if (learned.filter(i => reached[i]).length >= keptShare * learned.length) return candidate;
  }
}

const shareStep = 0.05; // a finer step changes no figure of the gate
