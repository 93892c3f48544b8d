import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createRandom, int } from '../../shared/random.ts';
import type { Batch } from '../dataset/batches.ts';
import { startTestEngine } from '../engine/testing/engine.ts';
import { outputs } from '../model/answers.ts';
import { initialWeights } from '../model/network.ts';
import { type Progress, train } from './train.ts';

beforeAll(startTestEngine);
afterEach(() => expect(tf.memory().numTensors).toBe(0));

/** Ten easy classes: a bright row at another height for each. */
function* stripes(seed: number): Generator<Batch, never, undefined> {
  const random = createRandom(seed);
  for (;;) {
    const images = Float32Array.from({ length: 16 * 784 }, () => random() * 0.3);
    const targets = new Float32Array(16 * outputs);
    for (let i = 0; i < 16; i++) {
      const digit = int(random, 10);
      images.fill(1, i * 784 + (digit * 2 + 4) * 28, i * 784 + (digit * 2 + 5) * 28);
      targets[i * outputs + digit] = 1;
    }
    yield { images, targets };
  }
}

async function finish(training: ReturnType<typeof train>) {
  const reports: Progress[] = [];
  for (;;) {
    const state = await training.next();
    if (state.done) return { reports, weights: state.value };
    reports.push(state.value);
  }
}

test('training learns, reports every step, and leaves no tensor behind', async () => {
  const before = tf.memory();
  const { reports } = await finish(
    train({ weights: initialWeights(1), batches: stripes(1), steps: 40, normBatches: 3 }),
  );
  expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  expect(reports[0]?.loss).toBeGreaterThan(1.5);
  expect(reports.at(-1)?.loss).toBeLessThan(0.3);
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
});

test('the same batches give the same weights', async () => {
  const once = () =>
    finish(train({ weights: initialWeights(1), batches: stripes(2), steps: 4, normBatches: 2 }));
  expect((await once()).weights).toEqual((await once()).weights);
});

test('dropout changes the training, and in the same way each time', async () => {
  const once = (dropout: number) =>
    finish(train({ weights: initialWeights(1), batches: stripes(2), steps: 30, normBatches: 2, dropout }));
  const [plain, thinned, again] = [await once(0), await once(0.3), await once(0.3)];
  expect(thinned.weights).toEqual(again.weights);
  expect(thinned.weights.dense).not.toEqual(plain.weights.dense);
  expect(thinned.reports.at(-1)?.loss).toBeLessThan(0.6);
});

test('stored statistics stay as they are, and the given weights never change', async () => {
  const given = initialWeights(1);
  const { weights } = await finish(train({ weights: given, batches: stripes(3), steps: 3, norm: 'stored' }));
  expect(weights.mean2).toEqual(given.mean2);
  expect(weights.variance4).toEqual(given.variance4);
  expect(weights.filter1).not.toEqual(given.filter1);
  expect(given).toEqual(initialWeights(1));
});

test('return() cancels between two steps and frees everything', async () => {
  const training = train({ weights: initialWeights(1), batches: stripes(4), steps: 1000 });
  await training.next();
  await training.return(initialWeights(1));
  expect((await training.next()).done).toBe(true);
});
