import { expect, test } from 'vitest';
import { evaluate, type Reading } from './metrics.ts';

const certain = (digit: number, confidence = 1) =>
  Array.from({ length: 10 }, (_, i) => (i === digit ? confidence : (1 - confidence) / 9));

const prefixes = (...tops: number[]) =>
  tops.map((top, i) => ({ share: (i + 1) / tops.length, probabilities: certain(top) }));

test('accuracy is reported for all, per digit, per set and per writer', () => {
  const report = evaluate([
    { label: 1, probabilities: certain(1), set: 'a', writer: 'x' },
    { label: 1, probabilities: certain(7), set: 'b', writer: 'x' },
    { label: 3, probabilities: certain(3), set: 'b', writer: 'y' },
    { label: 3, probabilities: certain(3) },
  ]);
  expect(report.accuracy).toBe(0.75);
  expect(report.perDigit).toEqual([0, 0.5, 0, 1, 0, 0, 0, 0, 0, 0]);
  expect(report.bySet.a).toMatchObject({ count: 1, accuracy: 1 });
  expect(report.bySet.b).toMatchObject({ count: 2, accuracy: 0.5 });
  expect(report.byWriter).toEqual({ x: 0.5, y: 1 });
  expect([report.earliness, report.flips]).toEqual([null, null]);
});

test('confidence that equals accuracy is calibrated, higher confidence is off by the difference', () => {
  const readings = (confidence: number, right: number): Reading[] =>
    Array.from({ length: 100 }, (_, i) => ({
      label: i < right ? 4 : 5,
      probabilities: certain(4, confidence),
    }));
  expect(evaluate(readings(0.8, 80)).ece).toBeCloseTo(0);
  expect(evaluate(readings(0.9, 60)).ece).toBeCloseTo(0.3);
});

test('earliness is the share of ink after which the prediction stays right, 1 when it never does', () => {
  const drawn = (...tops: number[]): Reading => ({
    label: 9,
    probabilities: certain(tops.at(-1)!),
    prefixes: prefixes(...tops),
  });
  expect(evaluate([drawn(1, 0, 9, 9)]).earliness).toBe(0.75);
  expect(evaluate([drawn(9, 9, 9, 9)]).earliness).toBe(0.25);
  expect(evaluate([drawn(9, 9, 9, 0)]).earliness).toBe(1);
  expect(evaluate([drawn(9, 9, 9, 9), drawn(9, 9, 9, 0)]).earliness).toBe(0.625);
});

test('flips count the changes of the predicted digit while drawing', () => {
  const reading = { label: 9, probabilities: certain(9), prefixes: prefixes(1, 1, 0, 9, 0, 9) };
  expect(evaluate([reading]).flips).toBe(4);
});

test('accuracy and calibration are reported for a quarter, a half, three quarters and all of the ink', () => {
  const { byInk } = evaluate([{ label: 9, probabilities: certain(9), prefixes: prefixes(1, 0, 9, 9) }]);
  expect(byInk).toEqual([
    { share: 0.25, accuracy: 0, ece: 1 },
    { share: 0.5, accuracy: 0, ece: 1 },
    { share: 0.75, accuracy: 1, ece: 0 },
    { share: 1, accuracy: 1, ece: 0 },
  ]);
});

test('non-digits count as right below 0.8, each kind with the same weight', () => {
  const nonDigits = { letters: [certain(1, 0.9), certain(1, 0.5)], dots: [certain(3, 0.1)] };
  expect(evaluate([], nonDigits)).toMatchObject({
    negatives: 0.75,
    negativesByKind: { letters: 0.5, dots: 1 },
  });
  expect(evaluate([]).negatives).toBeNull();
});

test('gives zeros, not NaN, for no readings', () => {
  expect(evaluate([])).toMatchObject({ accuracy: 0, ece: 0, earliness: null, bySet: {} });
});
