import type { Weights } from '../../shared/weights.ts';
import { epsilon } from '../model/layers.ts';
import { isLearned } from '../model/learned.ts';

/** A net by its shape. Channels of every stage are a multiple of four. */
export interface Net {
  side: number; // of the image
  depth: number; // its channels
  stages: readonly { channels: number; pool: boolean }[];
  /** Classes of each answer. */
  answers: readonly number[];
}

interface Place {
  /** Where the layer's numbers begin in the flat parameters, and how many they are: multiples of four. */
  first: number;
  count: number;
}

export interface Convolution extends Place {
  side: number;
  depth: number;
  channels: number;
  pool: 1 | 2;
}

export interface AnswerLayer extends Place {
  features: number;
  /** Of all answers together. */
  classes: number;
}

/** The learned numbers of a net one after the other: filter and bias of each stage, then the answer layer's. */
export interface FlatNet {
  net: Net;
  convolutions: readonly Convolution[];
  answer: AnswerLayer;
  /** Numbers in all. */
  count: number;
}

const inFours = (count: number) => 4 * Math.ceil(count / 4);

export function flatNetOf(net: Net): FlatNet {
  let { side, depth } = net;
  let first = 0;
  const convolutions = net.stages.map(({ channels, pool }): Convolution => {
    if (channels % 4 !== 0)
      throw new Error(`WebGPU trains stages of 4, 8, 12 … channels, found ${channels}.`);
    const count = (9 * depth + 1) * channels;
    const layer: Convolution = { first, count, side, depth, channels, pool: pool ? 2 : 1 };
    first += count;
    depth = channels;
    if (pool) side = Math.floor(side / 2);
    return layer;
  });
  const features = side * side * depth;
  const classes = net.answers.reduce((sum, count) => sum + count, 0);
  const answer = { first, count: inFours((features + 1) * classes), features, classes };
  return { net, convolutions, answer, count: first + answer.count };
}

/** Names of the tensors that a flat net's numbers are of, in order, and where each begins. */
function placesIn({ convolutions, answer }: FlatNet): { name: string; first: number; size: number }[] {
  const stages = convolutions.flatMap(({ first, depth, channels }, i) => {
    const filter = 9 * depth * channels;
    return [
      { name: `filter${i + 1}`, first, size: filter },
      { name: `bias${i + 1}`, first: first + filter, size: channels },
    ];
  });
  const { first, features, classes } = answer;
  return [
    ...stages,
    { name: 'dense', first, size: features * classes },
    { name: 'denseBias', first: first + features * classes, size: classes },
  ];
}

/** The learned tensors as flat parameters. Throws when they are those of another net. */
export function flatten(flat: FlatNet, weights: Weights): Float32Array<ArrayBuffer> {
  const values = new Float32Array(flat.count);
  const places = placesIn(flat);
  for (const { name, first, size } of places) {
    const data = dataOf(weights, name);
    if (data.length !== size) throw new Error(`Tensor ${name} has ${size} numbers, found ${data.length}.`);
    values.set(data, first);
  }
  const others = Object.keys(weights).filter(
    name => isLearned(name) && !places.some(place => place.name === name),
  );
  if (others.length > 0) throw new Error(`WebGPU does not train the tensor ${others.join(', ')}.`);
  return values;
}

/** Flat parameters as tensors, of the names and shapes in `like`. */
export function unflatten(flat: FlatNet, { values, like }: { values: Float32Array; like: Weights }): Weights {
  const places = new Map(placesIn(flat).map(({ name, first, size }) => [name, { first, size }]));
  return Object.fromEntries(
    Object.entries(like).map(([name, { shape, data }]) => {
      const place = places.get(name);
      return [name, { shape, data: place ? values.slice(place.first, place.first + place.size) : data }];
    }),
  );
}

/**
 * Factors that fold batch norm by stored statistics into flat parameters: scales, then shifts. A folded parameter is
 * scale · parameter + shift, and so the gradient of a parameter is scale · that of the folded one.
 */
export function normsOf(flat: FlatNet, weights: Weights): Float32Array<ArrayBuffer> {
  const norms = new Float32Array(2 * flat.count);
  norms.fill(1, 0, flat.count);
  flat.convolutions.forEach(({ first, count, channels }, i) => {
    const mean = dataOf(weights, `mean${i + 1}`);
    const variance = dataOf(weights, `variance${i + 1}`);
    const bias = first + count - channels;
    for (let k = first; k < bias; k++) norms[k] = 1 / Math.sqrt(variance[(k - first) % channels] + epsilon);
    for (let c = 0; c < channels; c++)
      norms[flat.count + bias + c] = -mean[c] / Math.sqrt(variance[c] + epsilon);
  });
  return norms;
}

export function fold(values: Float32Array, norms: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(values, (value, i) => value * norms[i] + norms[values.length + i]);
}

function dataOf(weights: Weights, name: string): Float32Array {
  const tensor = weights[name];
  if (tensor === undefined) throw new Error(`The net has no tensor ${name}.`);
  return tensor.data;
}
