import { expect, test } from 'vitest';
import { percentiles } from './percentiles.ts';

test('a percentile is an existing value, by nearest rank', () => {
  const oneToHundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(percentiles(oneToHundred, [0, 0.5, 0.99, 1])).toEqual([1, 50, 99, 100]);
});

test('values are sorted numerically, and one value is every percentile', () => {
  expect(percentiles([10, 9, 100], [0.5])).toEqual([10]);
  expect(percentiles([7], [0.01, 0.5, 0.99])).toEqual([7, 7, 7]);
});

test('an empty list has no percentiles', () => {
  expect(percentiles([], [0.5, 0.99])).toEqual([null, null]);
});
