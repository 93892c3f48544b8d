import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../shared/random.ts';
import type { Batch } from '../dataset/batches.ts';
import { answers as served } from '../model/answers.ts';
import { crossEntropy, softmaxOf } from '../model/layers.ts';
import { isLearned, isOfStages } from '../model/learned.ts';
import {
  features,
  foldedOf,
  forward,
  measureNorms,
  type Params,
  passStages,
  serve,
  toParams,
  toWeights,
} from '../model/network.ts';
import { adam, type FlatState, flattenLearned, unflattenLearned } from './adam.ts';
import type { StepNumbers, StepRunner, StepStart } from './step-runner.ts';

/** Training steps on the tfjs backend in use. Each is read before the next runs: Adam is a plain loop. */
export async function startTfjsSteps(start: StepStart): Promise<StepRunner> {
  const { weights, from, norm, options, reference, frozenStages = 0, answers = served } = start;
  if (frozenStages > 0 && norm !== 'stored')
    throw new Error('Frozen stages need stored batch-norm statistics.');
  const state: FlatState = {
    params: flattenLearned(from?.params ?? weights),
    averaged: flattenLearned(from?.averaged ?? weights),
    first: flattenLearned(from?.first ?? {}),
    second: flattenLearned(from?.second ?? {}),
  };
  if (from === undefined) {
    state.first = new Float32Array(state.params.length);
    state.second = new Float32Array(state.params.length);
  }
  const params = toParams(from?.params ?? weights);
  const names = Object.keys(params).filter(name => isLearned(name) && !isOfStages(name, frozenStages));
  // The tensors of a net are in the order of its stages.
  const frozenCount = flattenLearned(
    Object.fromEntries(Object.entries(weights).filter(([name]) => isOfStages(name, frozenStages))),
  ).length;
  const read = reference && { net: foldedOf(reference.weights), own: reference.own };
  const frozen = frozenStages > 0 ? foldedOf(weights) : undefined;
  let pending: { result: tf.Tensor; numbers: StepNumbers } | undefined;

  /** The reference predicts the targets of all but its `own` last samples. */
  function aimsOf({ images, targets }: Tensors): tf.Tensor2D {
    if (read === undefined) return targets;
    const [n, side, width, depth] = images.shape;
    const logits = serve(read.net, tf.slice(images, 0, [n - read.own, side, width, depth]), frozenStages);
    const predicted = softmaxOf(logits, answers);
    return tf.concat2d([predicted, tf.slice(targets, n - read.own)], 0);
  }

  /** Loss, accuracy and the gradients of all trained tensors, as one vector: a read-back waits for the device. */
  function compute({ images, targets }: Tensors, step: number): tf.Tensor {
    return tf.tidy(() => {
      let accuracy: tf.Tensor | undefined;
      const { dropout } = options;
      const kept = dropout > 0 ? keptOf(images.shape[0], { step, dropout }) : undefined;
      const passed = frozen ? passStages(frozen, images, { to: frozenStages }) : images;
      const aims = aimsOf({ images: passed, targets });
      const lossOf = (...trained: tf.Tensor[]) => {
        const replaced = Object.fromEntries(names.map((name, i) => [name, present(trained[i])]));
        const logits = forward({ ...params, ...replaced }, passed, { norm, kept, passed: frozenStages }); // [n, outputs]
        accuracy = tf.keep(accuracyOf(logits, { targets, answers }));
        return crossEntropy(aims, logits, answers);
      };
      const { value, grads } = tf.valueAndGrads(lossOf)(names.map(name => present(params[name])));
      const parts = [value, present(accuracy), ...grads].map(part => tf.reshape<tf.Rank.R1>(part, [-1]));
      accuracy?.dispose();
      return tf.concat1d(parts);
    });
  }

  return {
    readEvery: 1,
    run(batch, numbers) {
      const tensors = tensorsOf(batch); // [n,28,28,1], [n, all answers together]
      pending = { result: compute(tensors, numbers.step), numbers };
      tf.dispose(tensors);
    },
    async read() {
      if (pending === undefined) return [];
      const { result, numbers } = pending;
      pending = undefined;
      const values = await result.data<'float32'>();
      result.dispose();
      adam(state, { gradient: values.subarray(2), numbers, options, frozen: frozenCount });
      for (const [name, { shape, data }] of Object.entries(unflattenLearned(state.params, weights))) {
        params[name]?.dispose();
        params[name] = tf.tensor(data, [...shape]);
      }
      return [{ loss: values[0] ?? NaN, accuracy: values[1] ?? NaN }];
    },
    async state() {
      const of = (flat: Float32Array) => unflattenLearned(flat, weights);
      return {
        params: { ...weights, ...of(state.params) },
        averaged: { ...weights, ...of(state.averaged) },
        first: of(state.first),
        second: of(state.second),
      };
    },
    async finish(nextBatch) {
      const averaged = { ...weights, ...unflattenLearned(state.averaged, weights) };
      if (norm === 'stored') return averaged;
      const measured = toParams(averaged);
      recomputeNorms(measured, { nextBatch, count: options.normBatches });
      const finished = await toWeights(measured);
      tf.dispose(measured);
      return finished;
    },
    dispose: () => tf.dispose([params, read?.net ?? [], frozen ?? [], pending?.result ?? []]),
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
function recomputeNorms(
  params: Params,
  { nextBatch, count }: { nextBatch: () => Batch; count: number },
): void {
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

type Tensors = { images: tf.Tensor4D; targets: tf.Tensor2D };

function tensorsOf({ images, targets }: Batch): Tensors {
  return {
    images: tf.tensor4d(images, [images.length / 784, 28, 28, 1]),
    targets: tf.tensor2d(targets, [images.length / 784, (784 * targets.length) / images.length]),
  };
}

/** Share of images whose digit is right: as a whole drawing, or as a beginning where only that is asked. */
function accuracyOf(
  logits: tf.Tensor2D,
  { targets, answers }: { targets: tf.Tensor2D; answers: readonly number[] },
): tf.Scalar {
  const [whole = targets, partial = targets] = tf.split(targets, [...answers], 1);
  const [asWhole = logits, asPartial = logits] = tf.split(logits, [...answers], 1);
  const isWhole = tf.cast(tf.greater(tf.sum(whole, 1), 0), 'float32');
  const isRight = (read: tf.Tensor, wanted: tf.Tensor) =>
    tf.cast(tf.equal(tf.argMax(read, 1), tf.argMax(wanted, 1)), 'float32');
  // No tf.where: WASM's writes four bytes for each boolean into a place of one.
  const asked = tf.mul(isWhole, isRight(asWhole, whole));
  return tf.mean(tf.add(asked, tf.mul(tf.sub(1, isWhole), isRight(asPartial, partial))));
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A tensor is missing');
  return value;
}
