import * as tf from '@tensorflow/tfjs-core';
import { createRandom, normal } from '../../shared/random.ts';
import type { Weights } from '../../shared/weights.ts';
import { outputs } from './answers.ts';
import { columnMeans, epsilon, normalise, normaliseBy, rankTwo } from './layers.ts';
import { isLearned } from './learned.ts';

/** Each stage: 3×3 convolution, same padding → optional 2×2 max pooling → batch norm → ReLU. One dense layer follows. */
export const stages = [
  { channels: 8, pool: true }, //   28×28 → 14×14×8
  { channels: 24, pool: true }, //  14×14 → 7×7×24
  { channels: 40, pool: false }, // 7×7×40
  { channels: 40, pool: true }, //  7×7 → 3×3×40
  { channels: 56, pool: false }, // 3×3×56
  { channels: 56, pool: false }, // 3×3×56
] as const;
export const side = 28;
const filterSide = 3;

/**
 * Tensors by name: `filter1…`, `bias1…`, `mean1…`, `variance1…` for each stage, `dense` and `denseBias`.
 * Batch norm has no scale: a positive scale passes through ReLU, and the next layer undoes it. Without a negative
 * factor, batch norm can follow the pooling (a quarter of the work) and still fold into the filter.
 */
export type Params = Record<string, tf.Tensor>;

/** Batch norm uses the statistics of the batch (training) or the stored ones (fine-tuning, evaluation). */
export type Norm = 'batch' | 'stored';

export function shapes(): Record<string, number[]> {
  const all: Record<string, number[]> = {};
  let depth = 1;
  let width = side;
  stages.forEach(({ channels, pool }, i) => {
    all[`filter${i + 1}`] = [filterSide, filterSide, depth, channels];
    all[`bias${i + 1}`] = [channels];
    all[`mean${i + 1}`] = [channels];
    all[`variance${i + 1}`] = [channels];
    depth = channels;
    if (pool) width = Math.floor(width / 2);
  });
  all.dense = [width * width * depth, outputs];
  all.denseBias = [outputs];
  return all;
}

/** Multiply-adds of one image, and the number of learned parameters. */
export function cost(): { macs: number; parameters: number } {
  let macs = 0;
  let width = side;
  const all = shapes();
  stages.forEach(({ pool }, i) => {
    macs += width * width * product(all[`filter${i + 1}`] ?? []);
    if (pool) width = Math.floor(width / 2);
  });
  const learned = Object.entries(all).filter(([name]) => isLearned(name));
  return {
    macs: macs + product(all.dense ?? []),
    parameters: learned.reduce((sum, [, shape]) => sum + product(shape), 0),
  };
}

/** He initialisation before ReLU; a smaller one for the dense layer, so the first predictions are near uniform. */
export function initialWeights(seed: number): Weights {
  const random = createRandom(seed);
  return Object.fromEntries(
    Object.entries(shapes()).map(([name, shape]) => {
      const data = new Float32Array(product(shape));
      const fanIn = product(shape.slice(0, -1));
      if (name.startsWith('variance')) data.fill(1);
      if (name.startsWith('filter'))
        for (let i = 0; i < data.length; i++) data[i] = normal(random) * Math.sqrt(2 / fanIn);
      if (name === 'dense')
        for (let i = 0; i < data.length; i++) data[i] = normal(random) * Math.sqrt(1 / fanIn);
      return [name, { shape, data }];
    }),
  );
}

export function toParams(weights: Weights): Params {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  );
}

export async function toWeights(params: Params): Promise<Weights> {
  const entries = Object.entries(params).map(async ([name, tensor]) => {
    const data = Float32Array.from(await tensor.data());
    return [name, { shape: tensor.shape, data }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Convolution and pooling of stage i. */
function convolve(params: Params, x: tf.Tensor4D, i: number): tf.Tensor4D {
  const z = tf.conv2d(x, four(params, `filter${i + 1}`), 1, 'same');
  return stages[i]?.pool ? tf.maxPool(z, 2, 2, 'valid') : z;
}

/** Inputs of the dense layer for one image. */
export const features = () => shapes().dense?.[0] ?? 0;

export interface ForwardOptions {
  norm: Norm;
  /** Dropout mask [n, features]. */
  kept?: tf.Tensor2D | undefined;
  /** Stages that the input has passed already. */
  passed?: number;
}

/** Images [n,28,28,1], 0…1, or what the first stages make of them → logits [n, outputs]. Call within tidy. */
export function forward(
  params: Params,
  images: tf.Tensor4D,
  { norm, kept, passed = 0 }: ForwardOptions,
): tf.Tensor2D {
  let x = images;
  for (let i = passed; i < stages.length; i++) {
    const z = convolve(params, x, i);
    const flat = tf.reshape<tf.Rank.R2>(z, [-1, z.shape[3]]); // [n·h·w, c]
    const normed =
      norm === 'batch'
        ? normalise(flat)
        : normaliseBy(flat, get(params, `mean${i + 1}`), get(params, `variance${i + 1}`));
    x = tf.reshape<tf.Rank.R4>(tf.relu(tf.add(normed, get(params, `bias${i + 1}`))), z.shape);
  }
  const read = kept ? tf.mul(flatten(x), kept) : flatten(x);
  return tf.add(tf.matMul(rankTwo(read), two(params, 'dense')), get(params, 'denseBias'));
}

/** Mean and variance [c] of every stage over one batch of images. Call within tidy. */
export function measureNorms(params: Params, images: tf.Tensor4D): Params {
  const measured: Params = {};
  let x = images;
  for (let i = 0; i < stages.length; i++) {
    const z = convolve(params, x, i);
    const flat = tf.reshape<tf.Rank.R2>(z, [-1, z.shape[3]]);
    const mean = columnMeans(flat);
    const variance = columnMeans(tf.square(tf.sub(flat, mean)));
    measured[`mean${i + 1}`] = tf.reshape(mean, [-1]);
    measured[`variance${i + 1}`] = tf.reshape(variance, [-1]);
    const normed = normaliseBy(flat, mean, variance);
    x = tf.reshape<tf.Rank.R4>(tf.relu(tf.add(normed, get(params, `bias${i + 1}`))), z.shape);
  }
  return measured;
}

/** Folds batch norm into filters and biases, for serving: (f∗x − mean)/σ + bias = (f/σ)∗x + (bias − mean/σ). */
export function fold(params: Params): Params {
  const folded: Params = { dense: get(params, 'dense').clone(), denseBias: get(params, 'denseBias').clone() };
  for (let i = 1; i <= stages.length; i++) {
    const [filter, bias] = tf.tidy(() => {
      const scale = tf.rsqrt(tf.add(get(params, `variance${i}`), epsilon));
      return [
        tf.mul(get(params, `filter${i}`), scale),
        tf.sub(get(params, `bias${i}`), tf.mul(get(params, `mean${i}`), scale)),
      ];
    });
    if (filter) folded[`filter${i}`] = filter;
    if (bias) folded[`bias${i}`] = bias;
  }
  return folded;
}

export function foldedOf(weights: Weights): Params {
  const params = toParams(weights);
  const folded = fold(params);
  tf.dispose(params);
  return folded;
}

/** Passes images [n,28,28,1], 0…1, or what the first `from` stages make of them, on to stage `to`. Call within tidy. */
export function passStages(
  folded: Params,
  images: tf.Tensor4D,
  { from = 0, to = stages.length }: { from?: number; to?: number },
): tf.Tensor4D {
  let x = images;
  for (let i = from; i < to; i++) {
    const filter = four(folded, `filter${i + 1}`);
    const bias = get(folded, `bias${i + 1}`);
    x = tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'relu' });
    if (stages[i]?.pool) x = tf.maxPool(x, 2, 2, 'valid');
  }
  return x;
}

/** Images [n,28,28,1], 0…1, or what the first `from` stages make of them → logits [n, outputs]. Call within tidy. */
export function serve(folded: Params, images: tf.Tensor4D, from = 0): tf.Tensor2D {
  const x = passStages(folded, images, { from });
  return rankTwo(tf.fused.matMul({ a: flatten(x), b: two(folded, 'dense'), bias: get(folded, 'denseBias') }));
}

const flatten = (x: tf.Tensor4D) => tf.reshape<tf.Rank.R2>(x, [x.shape[0], -1]);
const product = (values: readonly number[]) => values.reduce((all, value) => all * value, 1);

function get(params: Params, name: string): tf.Tensor {
  const tensor = params[name];
  if (!tensor) throw new Error(`The model has no tensor ${name}.`);
  return tensor;
}
const two = (params: Params, name: string) => rankTwo(get(params, name));
function four(params: Params, name: string): tf.Tensor4D {
  const tensor = get(params, name);
  const [height = 1, width = 1, depth = 1, channels = 1] = tensor.shape;
  return tf.reshape<tf.Rank.R4>(tensor, [height, width, depth, channels]);
}
