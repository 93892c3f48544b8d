import { expect, test } from 'vitest';
import { createRandom, int, normal, shuffle, uniform } from './random.ts';

const many = (draw: () => number, count = 20_000) => Array.from({ length: count }, draw);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('equal seeds give equal numbers, neighbouring seeds different ones', () => {
  const first = many(createRandom(7), 100);
  expect(many(createRandom(7), 100)).toEqual(first);
  expect(many(createRandom(8), 100).filter((value, i) => value === first[i])).toEqual([]);
});

test('uniform, int and normal have their range, mean and spread', () => {
  const random = createRandom(1);
  const flat = many(() => uniform(random, [-2, 4]));
  expect(Math.min(...flat)).toBeGreaterThanOrEqual(-2);
  expect(Math.max(...flat)).toBeLessThan(4);
  expect(mean(flat)).toBeCloseTo(1, 1);
  expect(new Set(many(() => int(random, 5)))).toEqual(new Set([0, 1, 2, 3, 4]));
  const bell = many(() => normal(random));
  expect(mean(bell)).toBeCloseTo(0, 1);
  expect(mean(bell.map(value => value * value))).toBeCloseTo(1, 1);
});

test('shuffle keeps every item', () => {
  const items = shuffle(
    createRandom(3),
    Int32Array.from({ length: 1000 }, (_, i) => i),
  );
  expect([...items].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect([...items]).not.toEqual([...items].sort((a, b) => a - b));
});
