import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../shared/random.ts';
import type { Weights } from '../../shared/weights.ts';
import type { Batch } from '../dataset/batches.ts';
import { crossEntropy } from '../model/layers.ts';
import { isLearned } from '../model/learned.ts';
import {
  features,
  forward,
  measureNorms,
  type Norm,
  type Params,
  toParams,
  toWeights,
} from '../model/network.ts';

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
export type Checkpoint = {
  step: number;
  params: Weights;
  averaged: Weights;
  first: Weights; // Adam's running means, of the learned tensors
  second: Weights;
};

export type Training = Partial<typeof trainDefaults> & {
  weights: Weights;
  batches: Iterator<Batch>; // starts at the first batch, also when resuming
  steps: number;
  norm?: Norm; // 'stored' keeps the batch-norm statistics, for fine-tuning; default 'batch'
  soften?: (batch: { images: tf.Tensor4D; targets: tf.Tensor2D }) => tf.Tensor2D; // replaces the targets, within tidy
  from?: Checkpoint; // of the same training
  save?: (read: () => Promise<Checkpoint>) => Promise<void>; // runs after each step; `read` takes some ms
};

/**
 * Adam on a warm-up and cosine schedule with averaged weights. Yields after each step; returns the new weights, or
 * nothing more when the caller cancels by `return()`. Never changes the weights it is given.
 */
export async function* train(training: Training): AsyncGenerator<Progress, Weights, undefined> {
  const options = { ...trainDefaults, ...training };
  const { weights, batches, steps, norm = 'batch', soften, from, save } = training;
  const params = toParams(from?.params ?? weights);
  const names = Object.keys(params).filter(isLearned);
  const averaged = toParams(from?.averaged ?? weights);
  const first = from ? toParams(from.first) : zeros(params, names); // Adam's running mean of the gradients
  const second = from ? toParams(from.second) : zeros(params, names); // … and of their squares
  const done = from?.step ?? 0;
  try {
    for (let step = 1; step <= done; step++) next(batches);
    for (let step = done + 1; step <= steps; step++) {
      const { images, targets } = tensorsOf(next(batches)); // [n,28,28,1], [n,10]
      const rate = options.peakRate * schedule(step / steps, options.warmUp);
      const kept =
        options.dropout > 0 ? keptOf(images.shape[0], { step, dropout: options.dropout }) : undefined;
      const keep = Math.min(options.average, step / (step + 9)); // an average over few steps must not keep the initial weights
      const { loss, accuracy } = tf.tidy(() => {
        let right: tf.Tensor | undefined;
        const aims = soften?.({ images, targets }) ?? targets;
        const lossOf = (...learned: tf.Tensor[]) => {
          const current = {
            ...params,
            ...Object.fromEntries(names.map((name, i) => [name, present(learned[i])])),
          };
          const logits = forward(current, images, norm, kept); // [n,10]
          right = tf.keep(tf.mean(tf.equal(tf.argMax(logits, 1), tf.argMax(targets, 1))));
          return crossEntropy(aims, logits);
        };
        const { value, grads } = tf.valueAndGrads(lossOf)(names.map(name => present(params[name])));
        names.forEach((name, i) => {
          const gradient = present(grads[i]);
          const m = blend(present(first[name]), gradient, options.beta1);
          const v = blend(present(second[name]), tf.square(gradient), options.beta2);
          const mHat = tf.div(m, 1 - options.beta1 ** step);
          const vHat = tf.div(v, 1 - options.beta2 ** step);
          const move = tf.mul(tf.div(mHat, tf.add(tf.sqrt(vHat), options.epsilon)), rate);
          const shrunk = tf.mul(present(params[name]), 1 - (options.decay * rate) / options.peakRate);
          const moved = tf.sub(shrunk, move);
          replace(first, name, m);
          replace(second, name, v);
          replace(averaged, name, blend(present(averaged[name]), moved, keep));
          replace(params, name, moved);
        });
        return { loss: tf.keep(value), accuracy: present(right) };
      });
      const [lossValue, accuracyValue] = await Promise.all([loss.data(), accuracy.data()]);
      tf.dispose([images, targets, loss, accuracy, kept ?? []]);
      await save?.(async () => {
        const [atStep, mean, m, v] = await Promise.all([params, averaged, first, second].map(toWeights));
        return {
          step,
          params: present(atStep),
          averaged: present(mean),
          first: present(m),
          second: present(v),
        };
      });
      yield { step, steps, loss: lossValue[0] ?? NaN, accuracy: accuracyValue[0] ?? NaN };
    }
    if (norm === 'batch') recomputeNorms(averaged, batches, options.normBatches);
    return await toWeights(averaged);
  } finally {
    tf.dispose([params, averaged, first, second]);
  }
}

/** Rises linearly from 0 to 1, then falls to 0 along a cosine. */
function schedule(done: number, warmUp: number): number {
  return done < warmUp ? done / warmUp : (1 + Math.cos((Math.PI * (done - warmUp)) / (1 - warmUp))) / 2;
}

/** Dropout mask [n, features]: 0 or 1 / (1 − dropout), which keeps the expected sum. The step determines the mask. */
function keptOf(n: number, { step, dropout }: { step: number; dropout: number }): tf.Tensor2D {
  const random = createRandom(step);
  const values = Float32Array.from({ length: n * features() }, () =>
    random() < dropout ? 0 : 1 / (1 - dropout),
  );
  return tf.tensor2d(values, [n, features()]);
}

/** Measures the batch-norm statistics of the averaged weights over `count` batches. */
function recomputeNorms(params: Params, batches: Iterator<Batch>, count: number): void {
  for (let i = 1; i <= count; i++) {
    const { images, targets } = tensorsOf(next(batches));
    tf.tidy(() => {
      for (const [name, measured] of Object.entries(measureNorms(params, images))) {
        replace(params, name, blend(present(params[name]), measured, 1 - 1 / i)); // the mean of all so far
      }
    });
    tf.dispose([images, targets]);
  }
}

const blend = (old: tf.Tensor, fresh: tf.Tensor, keep: number) =>
  tf.add(tf.mul(old, keep), tf.mul(fresh, 1 - keep));

function replace(params: Params, name: string, tensor: tf.Tensor): void {
  params[name]?.dispose();
  params[name] = tf.keep(tensor);
}

const zeros = (params: Params, names: string[]): Params =>
  Object.fromEntries(names.map(name => [name, tf.zerosLike(present(params[name]))]));

function tensorsOf({ images, targets }: Batch): { images: tf.Tensor4D; targets: tf.Tensor2D } {
  return {
    images: tf.tensor4d(images, [images.length / 784, 28, 28, 1]),
    targets: tf.tensor2d(targets, [targets.length / 10, 10]),
  };
}

function next(batches: Iterator<Batch>): Batch {
  const { done, value } = batches.next();
  if (done) throw new Error('The batches ended before the training');
  return value;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A tensor is missing');
  return value;
}
