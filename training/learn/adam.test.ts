import { expect, test } from 'vitest';
import { initialWeights } from '../model/network.ts';
import { adam, flattenLearned, unflattenLearned } from './adam.ts';

const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, dropout: 0, normBatches: 0 };

test('the first step moves each number by the rate against its gradient', () => {
  const state = {
    params: Float32Array.of(1, -2, 3),
    averaged: Float32Array.of(1, -2, 3),
    first: new Float32Array(3),
    second: new Float32Array(3),
  };
  const numbers = { step: 1, rate: 0.5, shrink: 0.75, keep: 0.25 };
  adam(state, { gradient: Float32Array.of(4, -0.001, 0), numbers, options });
  const close = (found: Float32Array, expected: readonly number[]) =>
    expected.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 4);
    });
  close(state.params, [0.25, -1, 2.25]);
  close(state.averaged, [0.4375, -1.25, 2.4375]);
  close(state.first, [0.4, -0.0001, 0]);
  close(state.second, [0.016, 1e-9, 0]);
});

test('learned tensors become one vector and tensors again; batch-norm statistics stay out', () => {
  const weights = initialWeights(1);
  const learned = unflattenLearned(flattenLearned(weights), weights);
  expect({ ...weights, ...learned }).toEqual(weights);
  expect(learned).not.toHaveProperty('mean1');
});
