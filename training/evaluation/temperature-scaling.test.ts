import { expect, test } from 'vitest';
import type { Reading } from './metrics.ts';
import { atTemperature, fitTemperature } from './temperature-scaling.ts';

const readings = (confidence: number, right: number): Reading[] =>
  Array.from({ length: 100 }, (_, i) => ({
    label: i < right ? 4 : 5,
    probabilities: [0, 0, 0, 0, confidence, 1 - confidence, 0, 0, 0, 0],
  }));

test('a calibrated net keeps the temperature, too high confidence raises it, too low lowers it', () => {
  expect(fitTemperature(readings(0.8, 80))).toBeCloseTo(1, 3);
  expect(fitTemperature(readings(0.9, 70))).toBeGreaterThan(1.5);
  expect(fitTemperature(readings(0.7, 95))).toBeLessThan(0.5);
});

test('the fitted temperature makes mean confidence equal accuracy', () => {
  const temperature = fitTemperature(readings(0.9, 70));
  const odds = (0.9 / 0.1) ** (1 / temperature);
  expect(odds / (1 + odds)).toBeCloseTo(0.7, 2);
});

test('changes only the last layer', () => {
  const tensor = { shape: [2], data: Float32Array.of(1, 2) };
  const weights = atTemperature({ filter1: tensor, dense: tensor, denseBias: tensor }, 0.5);
  expect(weights.filter1!.data).toEqual(tensor.data);
  expect(weights.dense!.data).toEqual(Float32Array.of(2, 4));
  expect(weights.denseBias!.data).toEqual(Float32Array.of(2, 4));
});
