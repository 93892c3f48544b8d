import { expect, test } from 'vitest';
import type { Reading } from './metrics.ts';
import { momentCount, momentsOf } from './moments.ts';

const certain = (digit: number, confidence = 1) =>
  Array.from({ length: 10 }, (_, i) => (i === digit ? confidence : (1 - confidence) / 9));

/** A drawing of a 9 that is shown so in equal shares of its points. */
const drawn = (...shown: number[][]): Reading => ({
  label: 9,
  probabilities: shown.at(-1)!,
  prefixes: shown.map((probabilities, i) => ({ share: (i + 1) / shown.length, probabilities })),
});

test('moments count by shares of the points, and a drawing of few points has them all', () => {
  const report = momentsOf([drawn(certain(0), certain(9))])!;
  expect(report).toMatchObject({ sureWrong: 0.5, sureWrongDrawings: 1, halfRight: 0 });
  expect(report.ece).toBeCloseTo(0.5);
  expect(report.byShare.map(({ share }) => share)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  expect(report.byShare[4]).toEqual({ share: 0.5, right: 0, ece: 1, sureWrong: 1 });
  expect(report.byShare[5]).toEqual({ share: 0.6, right: 1, ece: 0, sureWrong: 0 });
});

test('a wrong digit under 0.8 is not surely wrong', () => {
  const report = momentsOf([drawn(certain(0, 0.79), certain(9)), drawn(certain(0, 0.8), certain(9))])!;
  expect(report).toMatchObject({ sureWrong: 0.25, sureWrongDrawings: 0.5, halfRight: 0 });
});

test('one moment of twenty makes a drawing surely wrong', () => {
  const shown = Array.from({ length: momentCount }, (_, i) => certain(i === 3 ? 1 : 9));
  expect(momentsOf([drawn(...shown)])).toMatchObject({ sureWrong: 0.05, sureWrongDrawings: 1, halfRight: 1 });
});

test('images have no moments', () => {
  expect(momentsOf([{ label: 1, probabilities: certain(1) }])).toBeUndefined();
});
