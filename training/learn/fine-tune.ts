import * as tf from '@tensorflow/tfjs-core';
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
import { foldedOf, type Params, serve } from '../model/network.ts';
import { loadServingNet } from '../model/serving-net.ts';
import { between } from '../model/weight-update.ts';
import { type Progress, type Training, train } from './train.ts';

export const fineTuneDefaults = {
  peakRate: 1e-3, // a third of pretraining's: measured in LOG.md
  warmUp: 0.1, // share of the steps: Adam's first steps are its wildest
  decay: 0, // the champion has the size it should have
  leastSteps: 100,
  mostSteps: 300,
  stepsPerLesson: 1,
  // Share of the way from the champion to the trained weights: half way knows nearly all and forgets a third. Many
  // lessons, each repeated less, may carry further.
  leastAdopted: 0.5, // at leastSteps …
  manyAdopted: 0.6, // … at mostSteps …
  mostAdopted: 0.75, // … and up to here, while too little of what was learned is known yet
  known: 0.95, // of the lessons the trained weights learned
};

/** The loss was no number any more: nothing of this training can be used. */
export class DivergedError extends Error {
  override name = 'DivergedError';
}

export type FineTuning = {
  weights: Weights; // the champion's, never changed
  samples: readonly LabelledSample[];
  trust: Float32Array; // of each lesson, by `trustIn`
  replay: Digits; // of MNIST, for all of a batch but the lessons' places
  seed: number;
  options?: Partial<typeof fineTuneDefaults>;
} & Pick<Training, 'from' | 'save'>;

/**
 * The champion taught the lessons without forgetting MNIST: batch-norm statistics stay, yields after each step, returns
 * the candidate. Cancel by `return()`. Throws DivergedError.
 */
export async function* fineTune(tuning: FineTuning): AsyncGenerator<Progress, Weights, undefined> {
  const { weights, samples: lessons, seed } = tuning;
  const options = { ...fineTuneDefaults, ...tuning.options };
  const {
    leastSteps,
    mostSteps,
    stepsPerLesson,
    leastAdopted,
    manyAdopted,
    mostAdopted,
    known,
    peakRate,
    warmUp,
    decay,
  } = options;
  const wanted = Math.round(leastSteps + stepsPerLesson * tuning.trust.filter(value => value > 0).length);
  const steps = Math.min(mostSteps, wanted);
  const reach = mostSteps > leastSteps ? Math.max(0, steps - leastSteps) / (mostSteps - leastSteps) : 0;
  const adopted = leastAdopted + (manyAdopted - leastAdopted) * reach;
  const replay = balancedDigits(tuning.replay, { count: steps * batchDefaults.size, seed });
  const batches = sampleBatches({ lessons, weights: tuning.trust, replay, seed });
  const { from, save } = tuning;
  const champion = foldedOf(weights);
  const training = train({
    peakRate,
    warmUp,
    decay,
    weights,
    batches,
    steps,
    norm: 'stored',
    soften: batch => asRead(champion, batch),
    from,
    save,
  });
  try {
    for (;;) {
      const state = await training.next();
      if (state.done) return await adopt(state.value, { ...tuning, adopted, mostAdopted, known });
      if (!Number.isFinite(state.value.loss))
        throw new DivergedError(`The loss of step ${state.value.step} of ${steps} is ${state.value.loss}.`);
      yield state.value;
    }
  } finally {
    await training.return(weights);
    tf.dispose(champion);
  }
}

/** What the champion reads is what replay shall be read as: it forgets less than by MNIST's own labels, LOG.md. */
function asRead(
  champion: Params,
  { images, targets }: { images: tf.Tensor4D; targets: tf.Tensor2D },
): tf.Tensor2D {
  const [n, side, width, depth] = images.shape;
  const replayed = n - sampleDefaults.perBatch; // of the places that lessons take none: those stand last
  const read = serve(champion, tf.slice(images, 0, [replayed, side, width, depth]));
  return tf.concat2d([read, tf.slice(targets, replayed)], 0);
}

type Adoption = FineTuning & { adopted: number; mostAdopted: number; known: number };

/** From `adopted` on as far towards the trained weights as it takes to know what those learned of the lessons. */
async function adopt(
  trained: Weights,
  { weights, adopted, mostAdopted, known, ...rest }: Adoption,
): Promise<Weights> {
  const believed = digitsOf(rest.samples.filter((_, i) => rest.trust[i] > 0));
  const [before, after] = [await knownOf(weights, believed), await knownOf(trained, believed)];
  const learned = after.flatMap((isKnown, i) => (isKnown && !before[i] ? [i] : []));
  for (let share = adopted; ; share += shareStep) {
    const candidate = between(weights, { to: trained, share });
    if (share + shareStep > mostAdopted) return candidate;
    const reached = await knownOf(candidate, believed);
    if (learned.filter(i => reached[i]).length >= known * learned.length) return candidate;
  }
}

const shareStep = 0.05; // finer than a figure of the gate would show

async function knownOf(weights: Weights, digits: Digits): Promise<boolean[]> {
  const net = await loadServingNet(encodeWeights(weights));
  try {
    return (await predictImages(net, digits)).map(isRight);
  } finally {
    net.dispose();
  }
}
