import { expect, test } from 'vitest';
import { packDistribution, topDigit, unpackDistribution } from './distribution.ts';
import { createRandom } from './random.ts';

test('[F7] a packed distribution is ten characters and right to 1/63', () => {
  const random = createRandom(1);
  for (let round = 0; round < 200; round++) {
    const raw = Array.from({ length: 10 }, () => random() ** 4);
    const total = raw.reduce((sum, value) => sum + value, 0);
    const distribution = raw.map(value => value / total);
    const packed = packDistribution(distribution);
    expect(packed).toHaveLength(10);
    unpackDistribution(packed).forEach((value, digit) => {
      expect(Math.abs(value - distribution[digit])).toBeLessThanOrEqual(0.5 / 63 + 1e-9);
    });
  }
});

test('packing keeps a certain prediction exact', () => {
  expect(unpackDistribution(packDistribution([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]))).toEqual([
    0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
  ]);
});

test('of equal probabilities the smallest digit is the top one', () => {
  expect(topDigit([0.1, 0.4, 0.4, 0.1, 0, 0, 0, 0, 0, 0])).toBe(1);
});
