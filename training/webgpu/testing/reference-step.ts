import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, softmaxOf } from '../../model/layers.ts';
import { type FlatNet, fold } from '../flat-net.ts';

/** One training step by tfjs's own operations on the backend in use, with what each kernel should have written. */

export interface ReferenceInput {
  flat: FlatNet;
  images: Float32Array;
  targets: Float32Array;
  parameters: Float32Array;
  norms: Float32Array;
  /** Folded parameters of the reference net. */
  reference: Float32Array;
  taught: number;
  rate: number;
  shrink: number;
  keep: number;
}

export function referenceStep(input: ReferenceInput): Record<string, number[]> {
  return tf.tidy(() => {
    const { flat, taught } = input;
    const { side, depth, answers } = flat.net;
    const { classes } = flat.answer;
    const n = input.targets.length / classes;
    const images = tf.tensor4d(input.images, [n, side, side, depth]);
    const targets = tf.tensor2d(input.targets, [n, classes]);
    const folded = fold(input.parameters, input.norms);
    const written: Record<string, number[]> = {};
    const put = (name: string, tensor: tf.Tensor) => {
      written[name] = Array.from(tensor.dataSync());
    };

    const referenceLogits = logitsFrom(flat, { from: 0, x: images, layers: layersIn(flat, input.reference) });
    put('referenceLogits', referenceLogits);
    const wanted = tf.concat2d(
      [
        tf.slice2d(softmaxOf(referenceLogits, answers), [0, 0], [taught, classes]),
        tf.slice2d(targets, [taught, 0], [n - taught, classes]),
      ],
      0,
    );
    const layers = layersIn(flat, folded);

    // Output of each stage, and the gradient of its output before ReLU.
    let x = images;
    flat.convolutions.forEach((_, i) => {
      const before = beforeRelu(flat, { i, x, layers });
      const gradient = tf.grad(z =>
        crossEntropy(wanted, logitsFrom(flat, { from: i + 1, x: four(tf.relu(z)), layers }), answers),
      )(before);
      put(`outputGradient${i + 1}`, gradient);
      x = four(tf.relu(before));
      put(`output${i + 1}`, x);
    });
    const logits = logitsFrom(flat, { from: flat.convolutions.length, x, layers });
    put('logits', logits);
    const parts = (all: tf.Tensor2D) => tf.split(all, [...answers], 1);
    const logSoftmax = tf.concat(
      parts(logits).map(part => tf.logSoftmax(part)),
      1,
    );
    const losses = tf.neg(tf.sum(tf.mul(wanted, logSoftmax), 1));
    const right = tf.cast(
      tf.equal(tf.argMax(parts(logits)[0], 1), tf.argMax(parts(targets)[0], 1)),
      'float32',
    );
    put('reports', tf.stack([losses, right], 1));
    put('logitGradient', tf.div(tf.sub(softmaxOf(logits, answers), wanted), n));
    const gradients = tf.grads((...tensors) =>
      crossEntropy(wanted, logitsFrom(flat, { from: 0, x: images, layers: inPairs(tensors) }), answers),
    )(layers.flatMap(({ matrix, bias }) => [matrix, bias]));
    const gradient = new Float32Array(flat.count);
    inPairs(gradients).forEach(({ matrix, bias }, k) => {
      const { first } = [...flat.convolutions, flat.answer][k];
      gradient.set(matrix.dataSync<'float32'>(), first);
      gradient.set(bias.dataSync<'float32'>(), first + matrix.size);
    });
    written.gradients = [...gradient];

    const scaled = gradient.map((value, i) => value * input.norms[i]);
    Object.assign(written, adam(scaled, input));
    return written;
  });
}

/** The first step of Adam: its running means begin at zero. */
function adam(gradient: Float32Array, { parameters, norms, rate, shrink, keep }: ReferenceInput) {
  const first = gradient.map(value => 0.1 * value);
  const second = gradient.map(value => 0.001 * value * value);
  const moved = parameters.map((value, i) => {
    const move = (first[i] / 0.1 / (Math.sqrt(second[i] / 0.001) + 1e-8)) * rate;
    return value * shrink - move;
  });
  const averaged = moved.map((value, i) => parameters[i] * keep + value * (1 - keep));
  return {
    state: [...moved, ...first, ...second, ...averaged],
    folded: [...fold(moved, norms)],
  };
}

interface LayerTensors {
  matrix: tf.Tensor;
  bias: tf.Tensor;
}

function layersIn(flat: FlatNet, values: Float32Array): LayerTensors[] {
  const { first, features, classes } = flat.answer;
  const part = (from: number, shape: number[]) => {
    const size = shape.reduce((all, side) => all * side, 1);
    return tf.tensor(values.slice(from, from + size), shape);
  };
  return [
    ...flat.convolutions.map(({ first, depth, channels }) => ({
      matrix: part(first, [3, 3, depth, channels]),
      bias: part(first + 9 * depth * channels, [channels]),
    })),
    { matrix: part(first, [features, classes]), bias: part(first + features * classes, [classes]) },
  ];
}

function inPairs(tensors: readonly tf.Tensor[]): LayerTensors[] {
  const matrices = tensors.filter((_, k) => k % 2 === 0);
  return matrices.map((matrix, k) => ({ matrix, bias: tensors[2 * k + 1] }));
}

interface StageInput {
  i: number;
  x: tf.Tensor4D;
  layers: readonly LayerTensors[];
}

function beforeRelu(flat: FlatNet, { i, x, layers }: StageInput): tf.Tensor4D {
  const { channels, pool } = flat.convolutions[i];
  const { matrix, bias } = layers[i];
  const z = tf.conv2d(x, four(matrix), 1, 'same');
  const pooled = pool === 2 ? tf.maxPool(z, 2, 2, 'valid') : z;
  const sum = tf.add(tf.reshape(pooled, [-1, channels]), bias);
  return tf.reshape<tf.Rank.R4>(sum, pooled.shape);
}

interface RestInput {
  from: number;
  x: tf.Tensor4D;
  layers: readonly LayerTensors[];
}

/** Logits of what stage `from` is given. */
function logitsFrom(flat: FlatNet, { from, x, layers }: RestInput): tf.Tensor2D {
  let y = x;
  for (let i = from; i < flat.convolutions.length; i++)
    y = four(tf.relu(beforeRelu(flat, { i, x: y, layers })));
  const { features, classes } = flat.answer;
  const { matrix, bias } = layers[flat.convolutions.length];
  const product = tf.matMul(
    tf.reshape<tf.Rank.R2>(y, [-1, features]),
    tf.reshape<tf.Rank.R2>(matrix, [features, classes]),
  );
  return tf.reshape<tf.Rank.R2>(tf.add(product, bias), [-1, classes]);
}

function four(x: tf.Tensor): tf.Tensor4D {
  const [n = 1, height = 1, width = 1, depth = 1] = x.shape;
  return tf.reshape<tf.Rank.R4>(x, [n, height, width, depth]);
}
