import { expect, test } from 'vitest';
import type { LabelledSample } from '../dataset/labelled-samples.ts';
import type { Reading } from './metrics.ts';
import { contradictedLabels, trustWithout } from './witnesses.ts';

const reading = (label: number, digit: number, probability = 0.95): Reading => ({
  label,
  probabilities: Array.from({ length: 10 }, (_, i) => (i === digit ? probability : (1 - probability) / 9)),
});
const sample = (digit: number, parts: Partial<LabelledSample> = {}): LabelledSample => ({
  raster: new Uint8Array(784),
  digit,
  author: 'a',
  correction: true,
  ...parts,
});

test.each<[string, { champion: Reading; plain: Reading; accepted?: boolean }, boolean]>([
  ['both surely read the same other digit', { champion: reading(9, 4), plain: reading(9, 4) }, true],
  ['both read the label', { champion: reading(4, 4), plain: reading(4, 4) }, false],
  ['the champion is unsure', { champion: reading(9, 4, 0.7), plain: reading(9, 4) }, false],
  ['the plain net is unsure', { champion: reading(9, 4), plain: reading(9, 4, 0.7) }, false],
  ['the plain net reads the label', { champion: reading(9, 4), plain: reading(9, 9) }, false],
  ['they read different digits', { champion: reading(9, 4), plain: reading(9, 1) }, false],
  ['a host accepted the label', { champion: reading(9, 4), plain: reading(9, 4), accepted: true }, false],
])('[G7] a label is set aside only if two witnesses surely contradict it: %s', (_, parts, isSetAside) => {
  const { champion, plain, accepted } = parts;
  const found = contradictedLabels([sample(9, { ...(accepted && { accepted }) })], {
    champion: [champion],
    plain: [plain],
  });
  expect(found).toHaveLength(isSetAside ? 1 : 0);
  if (isSetAside)
    expect(found[0]).toEqual({
      index: 0,
      label: 9,
      champion: { digit: 4, probability: 0.95 },
      plain: { digit: 4, probability: 0.95 },
    });
});

test('[G7] a label set aside has weight 0 and supports no other label', () => {
  const blot = new Uint8Array(784).fill(200, 300, 420);
  const samples = ['x', 'y', 'z'].map(author => sample(9, { author, raster: blot }));
  const readings = samples.map(() => reading(9, 4));
  const alone = trustWithout([], { samples: samples.slice(0, 1), readings: readings.slice(0, 1) });
  const setAside = contradictedLabels(samples.slice(0, 2), { champion: readings, plain: readings });
  const trust = trustWithout(setAside, { samples, readings });
  expect([...trust.weights.subarray(0, 2)]).toEqual([0, 0]);
  expect(trust.weights[2]).toBe(alone.weights[0]);
  expect(trustWithout([], { samples, readings }).weights[2]).toBeGreaterThan(trust.weights[2]!);
});

test('[G7] an author of whom most labels are set aside is believed in none but accepted ones', () => {
  const samples = Array.from({ length: 8 }, (_, i) =>
    sample(9, { author: i < 5 ? 'attacker' : 'benign', ...(i === 4 && { accepted: true }) }),
  );
  const readings = samples.map((_, i) => reading(9, i < 3 ? 4 : 9));
  const setAside = contradictedLabels(samples, { champion: readings, plain: readings });
  expect(setAside.map(({ index }) => index)).toEqual([0, 1, 2]);
  const { weights } = trustWithout(setAside, { samples, readings });
  expect(Array.from(weights, weight => weight > 0)).toEqual([
    false,
    false,
    false,
    false,
    true,
    true,
    true,
    true,
  ]);
});

test('[G7] a label under which witnesses surely read four digits and more teaches only what the champion reads so', () => {
  const given = [1, 1, 2, 2, 3, 3, 4, 4, 7, 0]; // each by a person of its own, all called 0
  const samples = given.map((_, i) => sample(0, { author: `${i}`, ...(i === 0 && { accepted: true }) }));
  const readings = given.map(digit => reading(0, digit, digit === 7 ? 0.6 : 0.95));
  const weightsOf = (count: number) => {
    const [some, read] = [samples.slice(-count), readings.slice(-count)];
    const setAside = contradictedLabels(some, { champion: read, plain: read });
    return Array.from(
      trustWithout(setAside, { samples: some, readings: read }).weights,
      weight => weight > 0,
    );
  };
  // An accepted label is believed and counts for no digit: three others are set aside.
  expect(weightsOf(10)).toEqual([true, ...Array<boolean>(7).fill(false), true, true]);
  samples[0] = sample(0, { author: 'x' });
  expect(weightsOf(10)).toEqual([...Array<boolean>(9).fill(false), true]);
});
