import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../shared/random.ts';
import { rasterPixels } from '../../shared/rasterise.ts';
import type { Batch } from '../dataset/batches.ts';
import { batchDefaults } from '../dataset/batches.ts';
import { oneHot, writeTarget } from '../dataset/targets.ts';
import { outputs } from '../model/answers.ts';
import { initialWeights } from '../model/network.ts';
import type { StartSteps } from './step-runner.ts';
import { startTfjsSteps } from './tfjs-steps.ts';
import { trainDefaults } from './train.ts';

/** A compiled step slower than this is a sufficient measurement. */
const slowStepMs = 4_000;

/** The backend leaks tensors: a job of 300 steps would run out of memory. */
export class LeakError extends Error {
  override name = 'LeakError';
}

export interface Timing {
  timeMs: number;
  now: () => number;
  /** Computes the steps; default: tfjs. */
  startSteps?: StartSteps;
}

/** Samples per second of compiled fine-tuning steps, measured for `timeMs`. Throws LeakError. */
export async function trainingSpeed({ timeMs, now, startSteps = startTfjsSteps }: Timing): Promise<number> {
  const batch = greyBatch();
  const images = batchDefaults.size;
  const samplesPerSecond = (steps: number, spentMs: number) => (1000 * steps * images) / spentMs;
  const runner = await startSteps({
    weights: initialWeights(1),
    norm: 'stored',
    options: trainDefaults,
    images,
  });
  let step = 0;
  /** Milliseconds of this many steps and one read. */
  async function measure(steps: number): Promise<number> {
    const startMs = now();
    for (let i = 0; i < steps; i++) runner.run(batch, { step: ++step, rate: 1e-4, shrink: 1, keep: 0 });
    await runner.read();
    return now() - startMs;
  }
  try {
    await measure(1); // compiles: WebGL needs seconds for what then takes milliseconds
    const { numTensors, numDataBuffers } = tf.memory();
    const stepMs = await measure(1);
    if (stepMs > slowStepMs) return samplesPerSecond(1, stepMs);
    // As many steps a read as in fine-tuning, fewer where those take longer than `timeMs`.
    const together = Math.max(1, Math.min(runner.readEvery, Math.floor(timeMs / stepMs)));
    for (let spentMs = 0, steps = 0; ; ) {
      spentMs += await measure(together);
      steps += together;
      const memory = tf.memory();
      if (memory.numTensors > numTensors || memory.numDataBuffers > numDataBuffers)
        throw new LeakError(`${memory.numTensors - numTensors} tensors stay behind after ${steps} steps.`);
      if (spentMs >= timeMs) return samplesPerSecond(steps, spentMs);
    }
  } finally {
    runner.dispose();
  }
}

function greyBatch(): Batch {
  const { size } = batchDefaults;
  const images = Float32Array.from({ length: size * rasterPixels }, createRandom(1));
  const targets = new Float32Array(size * outputs);
  for (let row = 0; row < size; row++)
    writeTarget(targets, { row, target: { whole: oneHot(row % 10), partial: oneHot(row % 10) } });
  return { images, targets };
}
