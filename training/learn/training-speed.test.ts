import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { backendUnderTest, startTestEngine } from '../engine/testing/engine.ts';
import type { StartSteps } from './step-runner.ts';
import { LeakError, trainingSpeed } from './training-speed.ts';

beforeAll(startTestEngine);

test('trainingSpeed times steps and disposes its tensors', async () => {
  const before = tf.memory();
  expect(await trainingSpeed({ timeMs: 200, now: () => performance.now() })).toBeGreaterThan(0);
  expect(tf.memory()).toMatchObject({
    numTensors: before.numTensors,
    numDataBuffers: before.numDataBuffers,
  });
});

test('steps that compile do not count', async () => {
  let ms = 0;
  let steps = 0;
  const startSteps: StartSteps = async () => ({
    readEvery: 10,
    run() {
      ms += ++steps === 1 ? 7_000 : 50;
    },
    read: async () => [],
    state: () => Promise.reject(new Error('Not asked for')),
    finish: () => Promise.reject(new Error('Not asked for')),
    dispose() {},
  });
  expect(await trainingSpeed({ timeMs: 1_000, now: () => ms, startSteps })).toBe(64 / 0.05);
});

test('a backend whose kernel keeps a tensor each step is refused', async () => {
  const { kernelName, backendName, kernelFunc } = tf.getKernel(tf.Conv2DBackpropFilter, backendUnderTest);
  const kept: tf.Tensor[] = [];
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc(call) {
      kept.push(tf.keep(tf.zeros([1])));
      return kernelFunc(call);
    },
  });
  const timing = trainingSpeed({ timeMs: 200, now: () => performance.now() });
  await expect(timing).rejects.toThrow(LeakError);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ kernelName, backendName, kernelFunc });
  tf.dispose(kept);
});
