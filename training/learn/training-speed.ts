import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../shared/random.ts';
import { rasterPixels } from '../../shared/rasterise.ts';
import type { Batch } from '../dataset/batches.ts';
import { batchDefaults } from '../dataset/batches.ts';
import { initialWeights } from '../model/network.ts';
import { train } from './train.ts';

/** A first step slower than this is a sufficient measurement: compilation alone is faster. */
const slowStepMs = 4_000;

/** The backend leaks tensors: a job of 300 steps would run out of memory. */
export class LeakError extends Error {
  override name = 'LeakError';
}

/** Samples per second of fine-tuning steps on the backend in use, measured for `timeMs` after the first step. Throws LeakError. */
export async function trainingSpeed({ timeMs, now }: { timeMs: number; now: () => number }): Promise<number> {
  const weights = initialWeights(1);
  const training = train({ weights, batches: sameBatch(), steps: 1e6, norm: 'stored' });
  const samplesPerSecond = (steps: number, spentMs: number) => (1000 * steps * batchDefaults.size) / spentMs;
  try {
    const firstMs = now();
    await training.next();
    const startMs = now();
    const { numTensors, numDataBuffers } = tf.memory();
    if (startMs - firstMs > slowStepMs) return samplesPerSecond(1, startMs - firstMs);
    for (let steps = 1; ; steps++) {
      await training.next();
      const spentMs = now() - startMs;
      const memory = tf.memory();
      if (memory.numTensors > numTensors || memory.numDataBuffers > numDataBuffers)
        throw new LeakError(`${memory.numTensors - numTensors} tensors leaked in ${steps} steps.`);
      if (spentMs >= timeMs) return samplesPerSecond(steps, spentMs);
    }
  } finally {
    await training.return(weights);
  }
}

function* sameBatch(): Generator<Batch, never, undefined> {
  const { size } = batchDefaults;
  const images = Float32Array.from({ length: size * rasterPixels }, createRandom(1));
  const targets = Float32Array.from({ length: size * 10 }, (_, i) =>
    i % 10 === Math.floor(i / 10) % 10 ? 1 : 0,
  );
  for (;;) yield { images, targets };
}
