import { expect, test } from 'vitest';
import { rasterPixels } from '../../shared/rasterise.ts';
import { encodeWeights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import { initialWeights } from '../model/network.ts';
import type { Reading } from './metrics.ts';
import { fixedSetsOf, noDigits } from './report.ts';
import { createReportCache, readOnce } from './report-cache.ts';
import { addReadings, encodeReadings } from './shipped-readings.ts';

const digits = (count: number): Digits => ({
  images: new Uint8Array(count * rasterPixels).map((_, i) => i % 251),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
});
const probabilities = (of: number) => Array.from({ length: 10 }, (_, k) => (k === of % 10 ? 0.75 : 0.25 / 8));
const readings = ({ labels }: Digits): Reading[] =>
  Array.from(labels, (label, i) => ({ label, probabilities: probabilities(i) }));

const sets = fixedSetsOf({ mnist: digits(600), pens: digits(20), beginnings: digits(10) });
const bytes = encodeWeights(initialWeights(1));
const base = {
  bytes,
  readings: encodeReadings(bytes, sets, {
    mnist: readings(sets.mnist),
    marked: readings(sets.marked),
    pens: readings(sets.pens),
    beginnings: readings(sets.beginnings),
    oodProbes: [probabilities(4)],
  }),
};
const unread = async () => {
  throw new Error('It was read again.');
};

test('readings that came with the model are not read again', async () => {
  const cache = createReportCache();
  addReadings(cache, base, sets);
  expect(cache).toHaveLength(1);
  const [entry] = cache;
  for (const name of ['mnist', 'marked', 'pens', 'beginnings'] as const)
    expect(await readOnce(entry, { name, digits: sets[name], read: unread })).toHaveLength(
      sets[name].labels.length,
    );
  expect(entry.readings.pens?.readings[3]?.label).toBe(3);
  expect(entry.readings.pens?.readings[3]?.probabilities[3]).toBeCloseTo(0.75);
  expect(entry.oodProbes).toHaveLength(1);
});

test('a set that is another one, as the pens of an operator, is read by the model', () => {
  const cache = createReportCache();
  addReadings(cache, base, { ...sets, pens: digits(21), beginnings: noDigits });
  expect(Object.keys(cache[0].readings)).toEqual(['mnist', 'marked']);
});

test('readings of another model count for nothing', () => {
  const cache = createReportCache();
  addReadings(cache, { ...base, bytes: encodeWeights(initialWeights(2)) }, sets);
  expect(cache).toEqual([]);
});

test('a gate without pens leaves what another one has read', async () => {
  const cache = createReportCache();
  addReadings(cache, base, sets);
  expect(await readOnce(cache[0], { name: 'pens', digits: noDigits, read: unread })).toEqual([]);
  expect(cache[0].readings.pens?.readings).toHaveLength(20);
});
