import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRandom, uniform } from '../../shared/random.ts';
import {
  golden,
  goldenStep,
  measure,
  SelfTestError,
  selfTest,
  selfTestCompute,
} from '../engine/backend-check.ts';
import { backendUnderTest, startTestEngine } from '../engine/testing/engine.ts';
import { tfjsCompute } from '../learn/compute.ts';
import { answers } from './answers.ts';
import { softmaxOf } from './layers.ts';
import { cost, fold, forward, initialWeights, serve, shapes, toParams, toWeights } from './network.ts';

beforeAll(startTestEngine);
afterEach(() => expect(tf.memory().numTensors).toBe(0));
beforeEach(() => tf.setBackend(backendUnderTest));

/** Initial weights have neutral statistics and biases; these do not. */
function perturbedWeights() {
  const random = createRandom(5);
  return Object.fromEntries(
    Object.entries(initialWeights(2)).map(([name, { shape, data }]) => {
      const perturbed = data.map(value =>
        name.startsWith('variance') ? uniform(random, [0.2, 3]) : value + uniform(random, [-0.1, 0.1]),
      );
      return [name, { shape, data: perturbed }];
    }),
  );
}

test('the folded net computes what the trained net computes, to 1e-4', async () => {
  const params = toParams(perturbedWeights());
  const folded = fold(params);
  const images = tf.randomUniform<tf.Rank.R4>([5, 28, 28, 1], 0, 1, 'float32', 3);
  const difference = tf.tidy(() => {
    const [served, trained] = [serve(folded, images), forward(params, images, { norm: 'stored' })];
    return tf.max(tf.abs(tf.sub(softmaxOf(served, answers), softmaxOf(trained, answers))));
  });
  expect((await difference.data())[0]).toBeLessThan(1e-4);
  tf.dispose([params, folded, images, difference]);
});

test('toWeights(toParams(weights)) returns the same weights', async () => {
  const weights = initialWeights(3);
  const params = toParams(weights);
  expect(await toWeights(params)).toEqual(weights);
  tf.dispose(params);
});

test('the seed determines the initial weights', () => {
  expect(initialWeights(4)).toEqual(initialWeights(4));
  expect(initialWeights(4).dense).not.toEqual(initialWeights(5).dense);
});

test('the net stays within 2 million MACs and 110,000 parameters', () => {
  expect(cost().macs).toBeLessThanOrEqual(2e6);
  expect(cost().parameters).toBeLessThanOrEqual(110_000);
  expect(Object.keys(shapes())).toHaveLength(26);
});

test.each([backendUnderTest, 'cpu'])('the self-test passes on %s and disposes its tensors', async backend => {
  await tf.setBackend(backend);
  await selfTest();
  await selfTestCompute(tfjsCompute);
});

test('the self-test rejects a backend that computes wrong numbers', async () => {
  const right = golden.gradients.filter3!;
  golden.gradients.filter3 = right * 1.01;
  await expect(selfTest()).rejects.toThrow(SelfTestError);
  await expect(selfTest()).rejects.toThrow(
    `${backendUnderTest} backend computes wrong numbers: gradient of filter3`,
  );
  golden.gradients.filter3 = right;
  expect((await measure()).loss).toBeCloseTo(golden.loss, 3);
});

test('the self-test of fine-tuning rejects what computes wrong numbers', async () => {
  const right = goldenStep.gradients.dense!;
  goldenStep.gradients.dense = right * 0.99;
  await expect(selfTestCompute(tfjsCompute)).rejects.toThrow("step's gradient of dense");
  goldenStep.gradients.dense = right;
});
