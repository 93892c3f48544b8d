import { rasterPixels } from '../../shared/rasterise.ts';
import type { Weights } from '../../shared/weights.ts';
import type { Batch } from '../dataset/batches.ts';
import { batchDefaults } from '../dataset/batches.ts';
import type { Norm } from '../model/network.ts';
import type { Reference, StartSteps, TrainingState } from './step-runner.ts';
import { startTfjsSteps } from './tfjs-steps.ts';

export const trainDefaults = {
  peakRate: 3e-3, // Adam's step at the top of the schedule
  warmUp: 0.05, // share of the steps before the top
  decay: 4e-4, // weights pulled to zero by this share, times rate / peakRate, each step
  dropout: 0, // share of the dense layer's inputs that each step drops
  average: 0.999, // share of the averaged weights that each step keeps
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  normBatches: 60, // batches that measure the batch-norm statistics of the averaged weights
};

/** Loss and accuracy of the step's batch, before the step. */
export type Progress = { step: number; steps: number; loss: number; accuracy: number };

/** State of a training after `step`, sufficient to resume it elsewhere. */
export type Checkpoint = TrainingState & { step: number };

export type Training = Partial<typeof trainDefaults> & {
  weights: Weights;
  batches: Iterator<Batch>; // starts at the first batch, also when resuming
  steps: number;
  norm?: Norm; // 'stored' keeps the batch-norm statistics, for fine-tuning; default 'batch'
  reference?: Reference; // whose predictions are targets
  frozenStages?: number; // the first stages whose weights stay, with norm 'stored'; default 0
  from?: Checkpoint; // of the same training
  save?: (read: () => Promise<Checkpoint>) => Promise<void>; // runs each time steps are read; `read` takes some ms
  startSteps?: StartSteps; // computes the steps; default: tfjs
  answers?: readonly number[]; // classes of each answer; default: those of the served net
};

/**
 * Adam on a warm-up and cosine schedule with averaged weights. Yields each step, several in a row where the step runner
 * reads several together; returns the new weights, or nothing more when the caller cancels by `return()`. Never changes
 * the weights it is given.
 */
export async function* train(training: Training): AsyncGenerator<Progress, Weights, undefined> {
  const options = { ...trainDefaults, ...training };
  const { weights, batches, steps, norm = 'batch', reference, frozenStages, from, save } = training;
  const { startSteps = startTfjsSteps, answers } = training;
  const done = from?.step ?? 0;
  for (let step = 1; step <= done; step++) next(batches);
  let batch = done < steps ? next(batches) : undefined;
  const images = batch === undefined ? batchDefaults.size : batch.images.length / rasterPixels;
  const runner = await startSteps({ weights, norm, options, images, from, reference, frozenStages, answers });
  try {
    for (let step = done + 1, read = done; batch !== undefined; step++) {
      const rate = options.peakRate * schedule(step / steps, options.warmUp);
      const shrink = 1 - (options.decay * rate) / options.peakRate;
      const keep = Math.min(options.average, step / (step + 9)); // an average over few steps must not keep the initial weights
      runner.run(batch, { step, rate, shrink, keep });
      batch = step < steps ? next(batches) : undefined; // while the device computes the step
      if (batch !== undefined && step - read < runner.readEvery) continue;
      const reports = await runner.read();
      await save?.(async () => ({ step, ...(await runner.state()) }));
      for (const report of reports) yield { step: ++read, steps, ...report };
    }
    return await runner.finish(() => next(batches));
  } finally {
    runner.dispose();
  }
}

/** 0 → 1 in a straight line, then down to 0 along a cosine. */
function schedule(done: number, warmUp: number): number {
  return done < warmUp ? done / warmUp : (1 + Math.cos((Math.PI * (done - warmUp)) / (1 - warmUp))) / 2;
}

function next(batches: Iterator<Batch>): Batch {
  const { done, value } = batches.next();
  if (done) throw new Error('The batches ended before the training');
  return value;
}
