import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startWasm } from './backend.ts';
import { LeakError, trainingSpeed } from './speed.ts';
import { wasmPath } from './wasm-path.ts';

beforeAll(() => startWasm(wasmPath));

test('steps are timed, and leave nothing behind', async () => {
  const before = tf.memory();
  expect(await trainingSpeed({ timeMs: 200, now: () => performance.now() })).toBeGreaterThan(0);
  expect(tf.memory()).toMatchObject({
    numTensors: before.numTensors,
    numDataBuffers: before.numDataBuffers,
  });
});

test('a backend whose kernel keeps a tensor each step is found out', async () => {
  const { kernelName, backendName, kernelFunc } = tf.getKernel(tf.Conv2DBackpropFilter, 'wasm');
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
