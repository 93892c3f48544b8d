import { expect, test } from 'vitest';
import { rasterPixels } from '../../shared/rasterise.ts';
import { concatRasters, oodProbes, oodProbesByKind, withMarks } from '../dataset/ood-probes.ts';
import type { ServingNet } from '../model/serving-net.ts';
import { createModelReader, readAll, readFixed } from './model-reader.ts';
import { setsOf, summarise } from './report.ts';
import { createReportCache } from './report-cache.ts';

const digits = (count: number) => ({
  images: new Uint8Array(count * rasterPixels).fill(7),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
});
const sample = (digit: number) => ({
  raster: new Uint8Array(rasterPixels),
  digit,
  author: 'a',
  correction: true,
});

/** A net that predicts 3 for every raster, in two milliseconds. */
function constantNet() {
  let clock = 0;
  let read = 0;
  const net: ServingNet = {
    predict: async (_, n) => {
      clock += 2;
      read += n;
      return Float32Array.from({ length: n * 10 }, (_, i) => (i % 10 === 3 ? 0.9 : 0.1 / 9));
    },
    readMoments: async () => new Float32Array(),
    dispose: () => {},
  };
  return { net, now: () => clock, read: () => read };
}

test('a report has a reading for each drawing of each set, in order', async () => {
  const { net, now } = constantNet();
  const sets = setsOf({
    mnist: digits(700),
    heldOut: digits(30),
    corrections: digits(0),
    samples: [sample(3), sample(4)],
  });
  const report = await readAll(
    createModelReader({ weights: {}, net }, { sets, now, cache: createReportCache() }),
  );
  expect(Object.values(report.readings).map(({ length }) => length)).toEqual([700, 500, 0, 0, 2, 30, 0]);
  expect(report.readings.lessons.map(({ label }) => label)).toEqual([3, 4]);
  expect(report.oodProbes).toHaveLength(oodProbes().length / rasterPixels);
  expect(report.microsPerImage).toBe(20);
  const summary = summarise(report);
  expect(summary.sets.strangers).toMatchObject({ count: 30, accuracy: 0.1 });
  expect(summary.sets.strangers.perDigit[3]).toBe(1);
  expect(summary.sets.strangers.ece).toBeCloseTo(0.8);
  expect(summary.sets.strangers.confusion[5]).toEqual([0, 0, 0, 3, 0, 0, 0, 0, 0, 0]);
  expect(summary.canariesFired).toBe(1);
});

test('what was read before the labels came is not read again', async () => {
  const { net, now, read } = constantNet();
  const cache = createReportCache();
  const none = { heldOut: digits(0), corrections: digits(0), samples: [] };
  const before = setsOf({ mnist: digits(700), pens: digits(20), ...none });
  await readFixed(createModelReader({ weights: {}, net }, { sets: before, now, cache }));
  const known = read();
  const sets = setsOf({ mnist: digits(700), pens: digits(20), ...none, samples: [sample(3), sample(4)] });
  const report = await readAll(createModelReader({ weights: {}, net }, { sets, now, cache }));
  expect(read() - known).toBe(2);
  expect(Object.values(report.readings).map(({ length }) => length)).toEqual([700, 500, 20, 0, 2, 0, 0]);
  expect(report.oodProbes).toHaveLength(oodProbes().length / rasterPixels);
});

test('probes are the same each time, and no two of them are alike', () => {
  const all = oodProbes();
  expect(concatRasters(Object.values(oodProbesByKind()).flat())).toEqual(all);
  const rasters = Array.from({ length: all.length / rasterPixels }, (_, i) =>
    String(all.subarray(i * rasterPixels, (i + 1) * rasterPixels)),
  );
  expect(rasters.length).toBeGreaterThan(150);
  expect(new Set(rasters).size).toBe(rasters.length);
});

test('a mark changes 2 to 25 pixels of a digit', () => {
  const plain = digits(60);
  const copies = withMarks(plain, { count: 50 });
  expect(copies.labels).toHaveLength(50);
  expect(plain.images.every(value => value === 7)).toBe(true);
  for (let i = 0; i < 50; i++) {
    const changed = copies.images.subarray(i * rasterPixels, (i + 1) * rasterPixels).filter(v => v !== 7);
    expect(changed.length).toBeGreaterThanOrEqual(2);
    expect(changed.length).toBeLessThanOrEqual(25);
  }
});
