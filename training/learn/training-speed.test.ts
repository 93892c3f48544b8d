import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { backendUnderTest, startTestEngine } from '../engine/testing/engine.ts';
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
