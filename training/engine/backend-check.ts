import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../shared/random.ts';
import { rasterPixels, rasterSide } from '../../shared/rasterise.ts';
import { encodeWeights } from '../../shared/weights.ts';
import type { Compute } from '../learn/compute.ts';
import { trainDefaults } from '../learn/train.ts';
import { answers, outputs } from '../model/answers.ts';
import { crossEntropy, softmaxOf } from '../model/layers.ts';
import { isLearned } from '../model/learned.ts';
import { fold, forward, initialWeights, serve, toParams } from '../model/network.ts';

type Measured = { served: number[]; loss: number; gradients: Record<string, number> };

/** Results of the plain CPU backend for the model of seed 1. Recompute them when the model's shape changes. */
export const golden: Measured = {
  served: [0.1462883, 0.0872719, 0.0686173],
  loss: 2.3790226,
  gradients: {
    filter1: 0.4604389,
    bias2: 0.0584012,
    filter3: 0.0665855,
    filter4: 0.0515007,
    filter5: 0.0273901,
    filter6: 0.0247204,
    dense: 0.0306063,
  },
};
/** The same for predictions from bytes and one step of fine-tuning. */
export const goldenStep: Measured = {
  served: [0.0464702, 0.0762745, 0.1167127],
  loss: 4.5797586,
  gradients: {
    filter1: 0.0375593,
    bias2: 0.0328498,
    filter3: 0.0091128,
    filter4: 0.0086095,
    filter5: 0.009286,
    filter6: 0.0093148,
    dense: 0.0144237,
    denseBias: 0.0496052,
  },
};
const tolerance = 1e-3; // relative; float32 sums in another order differ by some 1e-6

/** The backend computes wrong numbers: it must not serve or train. */
export class SelfTestError extends Error {
  override name = 'SelfTestError';
}

/** Runs one forward pass and one gradient on the backend in use. Throws SelfTestError for a wrong number. */
export async function selfTest(): Promise<void> {
  const found = await measure();
  compare('served probability', found.served, golden.served);
  compare('loss', [found.loss], [golden.loss]);
  for (const [name, expected] of Object.entries(golden.gradients)) {
    compare(`gradient of ${name}`, [found.gradients[name] ?? NaN], [expected]);
  }
}

/** Runs what fine-tuning needs: predictions and one step. Throws SelfTestError for a wrong number. */
export async function selfTestCompute(compute: Compute): Promise<void> {
  const found = await measureCompute(compute);
  compare('predicted probability', found.served, goldenStep.served);
  compare('loss of a step', [found.loss], [goldenStep.loss]);
  for (const [name, expected] of Object.entries(goldenStep.gradients))
    compare(`step's gradient of ${name}`, [found.gradients[name] ?? NaN], [expected]);
}

/** The loss is that of a step on two images, one of them with the prediction of a reference as its target. */
export async function measureCompute({ startSteps, loadNet }: Compute): Promise<Measured> {
  const images = Float32Array.from({ length: 2 * rasterPixels }, createRandom(1));
  const net = await loadNet(encodeWeights(initialWeights(1)));
  const served = await net.readMoments(
    Uint8Array.from(images, value => 255 * value),
    2,
  );
  net.dispose();
  const runner = await startSteps({
    weights: initialWeights(1),
    reference: { weights: initialWeights(2), own: 1 },
    norm: 'stored',
    options: trainDefaults,
    images: 2,
  });
  try {
    runner.run({ images, targets: Float32Array.from(softTargets) }, { step: 1, rate: 0, shrink: 1, keep: 1 });
    const [report] = await runner.read();
    const { first } = await runner.state(); // after one step: (1 − beta1) of the gradient
    const sizes = Object.entries(first).map(([name, { data }]) => [
      name,
      meanSize(data) / (1 - trainDefaults.beta1),
    ]);
    return {
      served: Array.from(served.subarray(outputs + 10, outputs + 13)), // of the second image, as a beginning
      loss: report?.loss ?? NaN,
      gradients: Object.fromEntries(sizes),
    };
  } finally {
    runner.dispose();
  }
}

/** Of a finished image, and of one that is asked as a beginning and as no finished one, not whether it is a digit. */
const softTargets = [
  ...[0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0.25, 0.75],
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0.5, 0.75, 0.25, 0, 0],
];

/** Three probabilities of the served net, the loss, and the mean absolute value of each gradient. */
export async function measure(): Promise<Measured> {
  const params = toParams(initialWeights(1));
  const folded = fold(params);
  const random = createRandom(1);
  const pixels = Float32Array.from({ length: 2 * rasterPixels }, random);
  const images = tf.tensor4d(pixels, [2, rasterSide, rasterSide, 1]);
  const targets = tf.tensor2d(softTargets, [2, outputs]);
  const names = Object.keys(params).filter(isLearned);
  const served = tf.tidy(() => softmaxOf(serve(folded, images), answers));
  const { value, grads } = tf.tidy(() =>
    tf.valueAndGrads((...learned: tf.Tensor[]) => {
      const replaced = Object.fromEntries(learned.map((tensor, i) => [names[i], tensor]));
      return crossEntropy(targets, forward({ ...params, ...replaced }, images, { norm: 'batch' }), answers);
    })(Object.entries(params).flatMap(([name, tensor]) => (isLearned(name) ? [tensor] : []))),
  );
  try {
    const sizes = grads.map(async gradient => meanSize(await gradient.data()));
    const pairs = (await Promise.all(sizes)).map((size, i) => [names[i] ?? '', size]);
    return {
      served: Array.from((await served.data()).subarray(0, 3)),
      loss: (await value.data())[0] ?? NaN,
      gradients: Object.fromEntries(pairs),
    };
  } finally {
    tf.dispose([params, folded, images, targets, served, value, grads]);
  }
}

function compare(what: string, found: readonly number[], expected: readonly number[]): void {
  expected.forEach((value, i) => {
    const difference = Math.abs((found[i] ?? NaN) - value);
    if (difference <= tolerance * Math.max(1e-3, Math.abs(value))) return; // false for NaN
    throw new SelfTestError(
      `The ${tf.getBackend()} backend computes wrong numbers: ${what} is ${found[i]}, expected ${value}.`,
    );
  });
}

const meanSize = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
