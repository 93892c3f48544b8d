import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { rasterise } from '../../shared/rasterise.ts';
import { decodeWeights, encodeWeights, WeightsError } from '../../shared/weights.ts';
import { readMnist } from '../dataset/mnist.ts';
import { startTestEngine } from '../engine/testing/engine.ts';
import { evaluate, topOf } from '../evaluation/metrics.ts';
import { predictDrawings, predictImages } from '../evaluation/predict.ts';
import { initialWeights } from './network.ts';
import { loadServingNet } from './serving-net.ts';

beforeAll(startTestEngine);
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const shipped = () => readFile(new URL('../../models/base/weights.bin', import.meta.url));
const seven = { label: 7, strokes: [[200, 210, 480, 190, 760, 180, 640, 420, 520, 640, 440, 900]] };

test('a batch of any size gives the same predictions as single rasters', async () => {
  const net = await loadServingNet(await shipped());
  const { test } = await readMnist();
  const rasters = test.images.subarray(0, 19 * 784);
  const all = await net.predict(rasters, 19);
  expect(all.length).toBe(190);
  for (let i = 0; i < 19; i++) {
    const alone = await net.predict(rasters.subarray(i * 784, (i + 1) * 784), 1);
    for (const [digit, probability] of alone.entries())
      expect(all[i * 10 + digit]).toBeCloseTo(probability, 5);
    expect(alone.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 5);
  }
  expect(await net.predict(new Uint8Array(), 0)).toEqual(new Float32Array());
  net.dispose();
});

test('predict rejects a batch of the wrong length', async () => {
  const net = await loadServingNet(await shipped());
  await expect(net.predict(new Uint8Array(785), 1)).rejects.toThrow(/have 784 bytes, found 785/);
  net.dispose();
});

describe('the shipped model', () => {
  test('reads at least 98.5 % of the first thousand MNIST test digits', async () => {
    const net = await loadServingNet(await shipped());
    const { test } = await readMnist();
    const some = { images: test.images.subarray(0, 784_000), labels: test.labels.subarray(0, 1000) };
    expect(evaluate(await predictImages(net, some)).accuracy).toBeGreaterThanOrEqual(0.985);
    net.dispose();
  });

  test('reads a seven, and predicts at six prefixes of it', async () => {
    const net = await loadServingNet(await shipped());
    expect(topOf([...(await net.predict(rasterise(seven.strokes), 1))])).toBe(7);
    const [reading] = await predictDrawings(net, [seven]);
    expect(reading?.prefixes?.map(({ share }) => share)).toEqual([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1]);
    expect(reading?.prefixes?.at(-1)?.probabilities).toEqual(reading?.probabilities);
    net.dispose();
  });
});

test('bytes of another model are rejected', async () => {
  const weights = initialWeights(1);
  const { dense: _, ...without } = weights;
  const negative = {
    ...weights,
    variance2: { ...weights.variance2!, data: weights.variance2!.data.map(() => -1) },
  };
  await expect(loadServingNet(encodeWeights(without))).rejects.toThrow(WeightsError);
  await expect(loadServingNet(encodeWeights(negative))).rejects.toThrow(/variance is at least 0, found -1/);
  await expect(loadServingNet(new Uint8Array(100))).rejects.toThrow(WeightsError);
  expect(Object.keys(decodeWeights(await shipped()))).toEqual(Object.keys(weights));
});
