import { expect, test } from 'vitest';
import { createRandom, uniform } from '../../shared/random.ts';
import type { Weights } from '../../shared/weights.ts';
import { answers } from '../model/answers.ts';
import { initialWeights, side, stages } from '../model/network.ts';
import { flatNetOf, flatten, fold, normsOf, unflatten } from './flat-net.ts';

const flat = flatNetOf({ side, depth: 1, stages, answers });

/** Weights whose statistics and biases are not the neutral ones of the start. */
function variedWeights(): Weights {
  const random = createRandom(5);
  return Object.fromEntries(
    Object.entries(initialWeights(2)).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(value => value + uniform(random, [0, 0.5])) },
    ]),
  );
}

test('weights become flat parameters and weights again, with the statistics they had', () => {
  const weights = variedWeights();
  const values = flatten(flat, weights);
  expect(values.length % 4).toBe(0);
  expect(unflatten(flat, { values, like: weights })).toEqual(weights);
});

test('folding takes the mean from the bias and divides the filter by the deviation', () => {
  const weights = variedWeights();
  const norms = normsOf(flat, weights);
  const folded = unflatten(flat, { values: fold(flatten(flat, weights), norms), like: weights });
  const deviation = Math.sqrt(weights.variance2!.data[5]! + 1e-5);
  const place = 7 * 24 + 5; // of stage 2, which has 24 channels: the sixth
  expect(folded.filter2!.data[place]).toBeCloseTo(weights.filter2!.data[place]! / deviation, 5);
  const bias = weights.bias2!.data[5]! - weights.mean2!.data[5]! / deviation;
  expect(folded.bias2!.data[5]).toBeCloseTo(bias, 5);
  expect(folded.dense).toEqual(weights.dense);
});

test('a net that the kernels do not train is refused with a sentence', () => {
  const weights = initialWeights(1);
  expect(() => flatNetOf({ side, depth: 1, answers, stages: [{ channels: 6, pool: true }] })).toThrow(
    'WebGPU trains stages of 4, 8, 12 … channels, found 6.',
  );
  expect(() => flatten(flat, { ...weights, dense2: weights.dense! })).toThrow(
    'WebGPU does not train the tensor dense2.',
  );
  const { filter3: _, ...without } = weights;
  expect(() => flatten(flat, without)).toThrow('The net has no tensor filter3.');
  expect(() => flatten(flat, { ...weights, bias1: weights.bias2! })).toThrow(
    'Tensor bias1 has 8 numbers, found 24.',
  );
});
