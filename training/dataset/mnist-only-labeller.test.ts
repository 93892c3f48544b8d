import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { decodeWeights } from '../../shared/weights.ts';
import { startTestEngine } from '../engine/testing/engine.ts';
import { loadServingNet } from '../model/serving-net.ts';
import { readMnist } from './mnist.ts';
import { createMnistOnlyLabeller } from './mnist-only-labeller.ts';

beforeAll(startTestEngine);

test('the MNIST-only net reads any number of rasters at once, as the serving net would, and leaves no tensor behind', async () => {
  const bytes = await readFile(new URL('../../models/base/weights.bin', import.meta.url));
  const { gate } = await readMnist();
  const before = tf.memory().numTensors;
  const { read, dispose } = createMnistOnlyLabeller(decodeWeights(bytes));
  const rasters = Array.from({ length: 11 }, (_, i) => gate.images.subarray(i * 784, (i + 1) * 784));
  const labels = read(rasters);
  dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(read([])).toEqual([]);

  const net = await loadServingNet(bytes);
  const expected = await net.predict(gate.images.subarray(0, 11 * 784), 11);
  net.dispose();
  labels.forEach(({ digit, probability }, i) => {
    const ten = [...expected.subarray(i * 10, i * 10 + 10)];
    expect(digit).toBe(ten.indexOf(Math.max(...ten)));
    expect(probability).toBeCloseTo(Math.max(...ten), 4);
  });
  expect(labels).toHaveLength(11);
});
