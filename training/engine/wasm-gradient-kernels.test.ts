import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { backendUnderTest, startTestEngine } from './testing/engine.ts';

beforeAll(startTestEngine);

type Case = {
  x: [number, number, number, number];
  filter: [number, number, number, number];
  pad: 'same' | 'valid';
};

/** Gradients of Σ w·pool?(conv(x, filter)) by x and by filter, on one backend. */
async function gradients(backend: string, { x, filter, pad }: Case, pool: boolean) {
  await tf.setBackend(backend);
  const before = tf.memory();
  const inputs = [tf.randomUniform(x, -1, 1, 'float32', 1), tf.randomUniform(filter, -1, 1, 'float32', 2)];
  const grads = tf.tidy(() =>
    tf.grads((...[image, weights]: tf.Tensor[]) => {
      const z = tf.conv2d(
        tf.reshape<tf.Rank.R4>(image!, x),
        tf.reshape<tf.Rank.R4>(weights!, filter),
        1,
        pad,
      );
      const pooled = pool ? tf.maxPool(z, 2, 2, 'valid') : z;
      const flat = tf.reshape<tf.Rank.R2>(pooled, [1, -1]);
      return tf.matMul(flat, tf.randomUniform<tf.Rank.R2>([flat.shape[1], 1], -1, 1, 'float32', 3));
    })(inputs),
  );
  const values = await Promise.all(grads.map(gradient => gradient.data<'float32'>()));
  tf.dispose([inputs, grads]);
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  return values;
}

const cases: Case[] = [
  { x: [3, 28, 28, 1], filter: [3, 3, 1, 8], pad: 'same' },
  { x: [2, 7, 7, 5], filter: [3, 3, 5, 6], pad: 'same' }, // odd: pooling skips a row and a column
  { x: [2, 9, 6, 3], filter: [5, 3, 3, 4], pad: 'valid' },
  { x: [1, 8, 8, 2], filter: [2, 2, 2, 3], pad: 'same' }, // even filter: padded on one side only
];

test.each(cases)(
  'the engine and the plain CPU backend compute the same gradients: $x by $filter, $pad',
  async shape => {
    for (const pool of [false, true]) {
      const [expected, found] = [
        await gradients('cpu', shape, pool),
        await gradients(backendUnderTest, shape, pool),
      ];
      expected.forEach((values, i) => {
        const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
        values.forEach((value, k) => {
          expect(Math.abs(found[i]![k]! - value)).toBeLessThanOrEqual(1e-5 * largest + 1e-6);
        });
      });
    }
  },
);
