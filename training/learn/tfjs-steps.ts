import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../shared/random.ts';
import type { Batch } from '../dataset/batches.ts';
import { crossEntropy } from '../model/layers.ts';
import { isLearned } from '../model/learned.ts';
import {
  features,
  foldedOf,
  forward,
  measureNorms,
  type Params,
  serve,
  toParams,
  toWeights,
} from '../model/network.ts';
import type { StepNumbers, StepReport, StepRunner, StepStart } from './step-runner.ts';

/** Training steps on the tfjs backend in use. */
export async function startTfjsSteps(start: StepStart): Promise<StepRunner> {
  const { weights, from, norm, options, reference } = start;
  const params = toParams(from?.params ?? weights);
  const names = Object.keys(params).filter(isLearned);
  const averaged = toParams(from?.averaged ?? weights);
  const first = from ? toParams(from.first) : zeros(params, names); // Adam's running mean of the gradients
  const second = from ? toParams(from.second) : zeros(params, names); // … and of their squares
  const read = reference && { net: foldedOf(reference.weights), own: reference.own };
  const reports: { loss: tf.Tensor; accuracy: tf.Tensor }[] = [];

  /** Replay is read as the reference reads it: a net forgets less than by MNIST's own labels, LOG.md. */
  function aimsOf({ images, targets }: Tensors): tf.Tensor2D {
    if (read === undefined) return targets;
    const [n, side, width, depth] = images.shape;
    const readings = serve(read.net, tf.slice(images, 0, [n - read.own, side, width, depth]));
    return tf.concat2d([readings, tf.slice(targets, n - read.own)], 0);
  }

  function run(batch: Batch, { step, rate, shrink, keep }: StepNumbers): void {
    const { images, targets } = tensorsOf(batch); // [n,28,28,1], [n,10]
    const { dropout, beta1, beta2, epsilon } = options;
    const kept = dropout > 0 ? keptOf(images.shape[0], { step, dropout }) : undefined;
    const report = tf.tidy(() => {
      let right: tf.Tensor | undefined;
      const aims = aimsOf({ images, targets });
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
        const m = blend(present(first[name]), gradient, beta1);
        const v = blend(present(second[name]), tf.square(gradient), beta2);
        const mHat = tf.div(m, 1 - beta1 ** step);
        const vHat = tf.div(v, 1 - beta2 ** step);
        const move = tf.mul(tf.div(mHat, tf.add(tf.sqrt(vHat), epsilon)), rate);
        const moved = tf.sub(tf.mul(present(params[name]), shrink), move);
        replace(first, name, m);
        replace(second, name, v);
        replace(averaged, name, blend(present(averaged[name]), moved, keep));
        replace(params, name, moved);
      });
      return { loss: tf.keep(value), accuracy: present(right) };
    });
    tf.dispose([images, targets, kept ?? []]);
    reports.push(report);
  }

  async function readReport({ loss, accuracy }: (typeof reports)[number]): Promise<StepReport> {
    const [lossValue, accuracyValue] = await Promise.all([loss.data(), accuracy.data()]);
    tf.dispose([loss, accuracy]);
    return { loss: lossValue[0] ?? NaN, accuracy: accuracyValue[0] ?? NaN };
  }

  return {
    readEvery: 1,
    run,
    read: () => Promise.all(reports.splice(0).map(readReport)),
    async state() {
      const all = await Promise.all([params, averaged, first, second].map(toWeights));
      const [now, mean, m, v] = all.map(present);
      return { params: present(now), averaged: present(mean), first: present(m), second: present(v) };
    },
    async finish(nextBatch) {
      if (norm === 'batch') settleNorms(averaged, { nextBatch, count: options.normBatches });
      return await toWeights(averaged);
    },
    dispose: () => tf.dispose([params, averaged, first, second, read?.net ?? [], reports]),
  };
}

/** Dropout's mask [n, features]: 0, or so much more that the sum stays. The same for the same step. */
function keptOf(n: number, { step, dropout }: { step: number; dropout: number }): tf.Tensor2D {
  const random = createRandom(step);
  const values = Float32Array.from({ length: n * features() }, () =>
    random() < dropout ? 0 : 1 / (1 - dropout),
  );
  return tf.tensor2d(values, [n, features()]);
}

/** Averaged weights never saw their own statistics: measure them over some batches. */
function settleNorms(params: Params, { nextBatch, count }: { nextBatch: () => Batch; count: number }): void {
  for (let i = 1; i <= count; i++) {
    const { images, targets } = tensorsOf(nextBatch());
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

type Tensors = { images: tf.Tensor4D; targets: tf.Tensor2D };

function tensorsOf({ images, targets }: Batch): Tensors {
  return {
    images: tf.tensor4d(images, [images.length / 784, 28, 28, 1]),
    targets: tf.tensor2d(targets, [targets.length / 10, 10]),
  };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A tensor is missing');
  return value;
}
