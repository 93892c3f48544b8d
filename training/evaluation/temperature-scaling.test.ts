import { expect, test } from 'vitest';
import { outputs } from '../model/answers.ts';
import type { Reading } from './metrics.ts';
import { atTemperatures, fitTemperature } from './temperature-scaling.ts';

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

test('changes only the last layer, and each answer by its own temperature', () => {
  const tensor = { shape: [outputs], data: new Float32Array(outputs).fill(1) };
  const weights = atTemperatures({ filter1: tensor, dense: tensor, denseBias: tensor }, [0.5, 2]);
  const expected = [...Array(10).fill(2), ...Array(10).fill(0.5), ...Array(outputs - 20).fill(1)];
  expect(weights.filter1!.data).toEqual(tensor.data);
  expect([...weights.dense!.data]).toEqual(expected);
  expect([...weights.denseBias!.data]).toEqual(expected);
});
