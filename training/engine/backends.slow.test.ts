import '@tensorflow/tfjs-backend-cpu';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../shared/random.ts';
import { rasterise } from '../../shared/rasterise.ts';
import { decodeWeights, type Weights } from '../../shared/weights.ts';
import type { Batch } from '../dataset/batches.ts';
import { digitBatches } from '../dataset/batches.ts';
import { type LabelledSample, sampleBatches } from '../dataset/labelled-samples.ts';
import { type Mnist, readMnist } from '../dataset/mnist.ts';
import { drawGlyph } from '../glyphs/synthetic-glyphs.ts';
import { type Checkpoint, train, trainDefaults } from '../learn/train.ts';
import { outputs } from '../model/answers.ts';
import { backendUnderTest, startTestEngine } from './testing/engine.ts';

/** The cpu backend takes half a second a step; a leak shows from the second step on. */
const backends = [
  { backend: backendUnderTest, steps: 60 },
  { backend: 'cpu', steps: 3 },
];

let mnist: Mnist;
let champion: Weights;
beforeAll(async () => {
  await startTestEngine();
  mnist = await readMnist();
  champion = decodeWeights(await readFile(new URL('../../models/base/weights.bin', import.meta.url)));
});

const random = createRandom(1);
const samples: LabelledSample[] = Array.from({ length: 6 }, (_, digit) => {
  const strokes = drawGlyph(digit, random);
  return { raster: rasterise(strokes), strokes, digit, author: `a${digit % 3}`, correction: true };
});

/** The last rows of each batch, two of replay and the six samples: on the cpu backend a whole batch takes a quarter of a minute. */
function* ends(): Generator<Batch, never, undefined> {
  const rows = samples.length + 2;
  for (const batch of sampleBatches({
    samples,
    weights: new Float32Array(6).fill(1),
    replay: mnist.gate,
    seed: 1,
  }))
    yield { images: batch.images.slice(-rows * 784), targets: batch.targets.slice(-rows * outputs) };
  throw new Error('sampleBatches ended, which it never does');
}

/** Loss and checkpoint of the first fine-tuning step with six samples. */
async function firstStep(backend: string): Promise<{ loss: number; checkpoint: Checkpoint }> {
  await tf.setBackend(backend);
  const saved: Checkpoint[] = [];
  const training = train({
    weights: champion,
    batches: ends(),
    steps: 100,
    norm: 'stored',
    reference: { weights: champion, own: samples.length },
    async save(read) {
      saved.push(await read());
    },
  });
  const state = await training.next();
  await training.return(champion);
  return { loss: state.done ? Number.NaN : state.value.loss, checkpoint: saved[0]! };
}

test('all backends compute the same fine-tuning step of the shipped net, to 1e-3', {
  timeout: 400_000,
}, async () => {
  const [tested, cpu] = [await firstStep(backendUnderTest), await firstStep('cpu')];
  expect(Math.abs(tested.loss - cpu.loss)).toBeLessThan(1e-3 * cpu.loss);
  for (const [name, { data }] of Object.entries(cpu.checkpoint.first)) {
    const gradient = data.map(value => value / (1 - trainDefaults.beta1));
    const largest = Math.max(...gradient.map(Math.abs));
    expect(largest).toBeGreaterThan(0);
    const found = tested.checkpoint.first[name]!.data;
    const off = gradient.map((value, i) => Math.abs(found[i]! / (1 - trainDefaults.beta1) - value));
    expect(Math.max(...off) / largest).toBeLessThan(1e-3);
  }
  for (const [name, { data }] of Object.entries(cpu.checkpoint.params)) {
    const off = data.map((value, i) => Math.abs(tested.checkpoint.params[name]!.data[i]! - value));
    expect(Math.max(...off)).toBeLessThan(1e-3);
  }
});

/** Batches of two: full batches would leak the same and take much longer. */
function* pairs(): Generator<Batch, never, undefined> {
  const [images, targets] = [2 * 784, 2 * outputs];
  for (const batch of digitBatches(mnist.gate, { seed: 1 }))
    yield { images: batch.images.slice(0, images), targets: batch.targets.slice(0, targets) };
  throw new Error('digitBatches ended, which it never does');
}

describe.each(backends)('on $backend', ({ backend, steps }) => {
  test(`${steps} steps leak no tensor`, { timeout: 400_000 }, async () => {
    await tf.setBackend(backend);
    const before = tf.memory();
    const training = train({ weights: champion, batches: pairs(), steps, norm: 'stored' });
    await training.next();
    const { numTensors, numDataBuffers } = tf.memory();
    for (let step = 2; step <= steps; step++) {
      const { done } = await training.next();
      expect(done).toBe(false);
      expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
    }
    await training.next();
    expect(tf.memory()).toMatchObject({
      numTensors: before.numTensors,
      numDataBuffers: before.numDataBuffers,
    });
  });
});
