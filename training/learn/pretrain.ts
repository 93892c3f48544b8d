import { encodeWeights, type Weights } from '../../shared/weights.ts';
import { type Batch, batchDefaults, digitBatches, type MnistOnlyLabeller } from '../dataset/batches.ts';
import type { Mnist } from '../dataset/mnist.ts';
import { predictImages } from '../evaluation/predict.ts';
import { atTemperatures, fitTemperature } from '../evaluation/temperature-scaling.ts';
import { answerAt, answers, outputs } from '../model/answers.ts';
import { withExtraAnswer, withIsDigitOf, withoutDoubt, withServedAnswers } from '../model/change-answers.ts';
import { stages } from '../model/network.ts';
import { loadServingNet } from '../model/serving-net.ts';
import { type Progress, train } from './train.ts';

/** Overrides of batchDefaults, its two mixes and trainDefaults. */
export type PretrainConfig = Record<'batches' | 'mix' | 'calm' | 'train', Record<string, number>>;

export type Pretraining = {
  mnist: Mnist;
  first: Weights; // never changed
  seed: number;
  epochs: number;
  config: PretrainConfig;
  watch(name: string): (progress: Progress) => void; // `name` is of the net or answer that is trained
};

export type Pretrained = {
  bytes: Uint8Array; // encoded weights
  temperature: number; // already within the weights
};

const dropout = 0.3; // measured in LOG.md; fine-tuning uses none

/** Made-up signs that are classified beside the digits. */
const signs = 400;
/**
 * Of the answer to beginnings. Real hands begin a digit in more ways than the rules do: on pens, the net is surer than it is
 * right without it (LOG.md).
 */
const partialTemperature = 1.3;
/**
 * The mix of the answer whether a drawing is a digit: whole drawings alone, and more non-digits than people draw, so that it
 * doubts rather (LOG.md).
 */
const isDigitMix = { redrawn: 0.2, glyphs: 0.2, negatives: 0.18, unfinished: 0 };
const isDigitRate = 5e-3; // of Adam, whose one layer learns fast
const bare = { redrawn: 0, glyphs: 0, negatives: 0 };
const onlyMnist = {
  mix: { ...batchDefaults.mix, ...bare },
  calm: { ...batchDefaults.calm, ...bare },
};

/** Trains the base model. `labeller` is a net that MNIST alone trained: it checks the samples. */
export async function trainBase(given: Pretraining, labeller: MnistOnlyLabeller): Promise<Pretrained> {
  const options = { ...optionsOf(given.config), signs };
  return scaled(await trainFor(given, { name: 'the base', options, labeller }), given);
}

/** Trains a net on MNIST alone. It has seen no scribble, so it calls everything a digit. */
export async function trainPlain(given: Pretraining): Promise<Pretrained> {
  const weights = await trainFor(given, { name: 'MNIST alone', options: onlyMnist });
  return scaled(withoutDoubt(weights), given);
}

/** Trains the answer whether a drawing is a digit, on the features of `first`. All other weights stay. */
export async function trainIsDigit(given: Pretraining, labeller: MnistOnlyLabeller): Promise<Pretrained> {
  const { mnist, first, seed, config, watch } = given;
  const steps = stepsOf(given);
  const batches = digitBatches(mnist.train, {
    seed,
    count: steps,
    options: optionsOf({
      ...config,
      mix: { ...isDigitMix, ...config.mix },
      calm: { ...isDigitMix, ...config.calm },
    }),
    labeller,
  });
  const training = train({
    peakRate: isDigitRate,
    ...config.train,
    weights: first,
    batches: onlyIsDigit(batches),
    steps,
    norm: 'stored',
    frozenStages: stages.length,
    decay: 0,
  });
  const trained = await finish(training, watch('is a digit'));
  return { bytes: encodeWeights(withIsDigitOf(first, trained)), temperature: 1 };
}

function* onlyIsDigit(batches: Iterable<Batch>): Generator<Batch, void, undefined> {
  for (const { images, targets } of batches)
    yield { images, targets: targets.map((value, i) => (i % outputs < answerAt.isDigit ? 0 : value)) };
}

/** The trained net at the temperature that calibrates it on the hold-out. */
async function scaled(weights: Weights, { mnist }: Pretraining): Promise<Pretrained> {
  const net = await loadServingNet(encodeWeights(withoutDoubt(weights)));
  const temperature = fitTemperature(await predictImages(net, mnist.gate));
  net.dispose();
  return { bytes: encodeWeights(atTemperatures(weights, [temperature, partialTemperature])), temperature };
}

type Phase = {
  name: string;
  options: Partial<typeof batchDefaults>;
  labeller?: MnistOnlyLabeller;
};

async function trainFor(given: Pretraining, { name, options, labeller }: Phase): Promise<Weights> {
  const { mnist, first, seed, config, watch } = given;
  const { signs: classes = 0 } = options;
  const steps = stepsOf(given);
  const training = train({
    dropout,
    ...config.train,
    ...(classes > 0
      ? { weights: withExtraAnswer(first, { classes, seed }), answers: [...answers, classes] }
      : { weights: first }),
    batches: digitBatches(mnist.train, { seed, count: steps, options, labeller }),
    steps,
  });
  const trained = await finish(training, watch(name));
  return classes > 0 ? withServedAnswers(trained) : trained;
}

function stepsOf({ mnist, epochs }: Pretraining): number {
  return Math.floor((epochs * mnist.train.labels.length) / batchDefaults.size);
}

function optionsOf({ batches, mix, calm }: PretrainConfig) {
  return {
    ...batches,
    mix: { ...batchDefaults.mix, ...mix },
    calm: { ...batchDefaults.calm, ...calm },
  };
}

async function finish(
  training: ReturnType<typeof train>,
  report: (progress: Progress) => void,
): Promise<Weights> {
  for (;;) {
    const state = await training.next();
    if (state.done) return state.value;
    report(state.value);
  }
}
