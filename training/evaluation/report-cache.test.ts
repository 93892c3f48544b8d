import { expect, test } from 'vitest';
import { rasterPixels } from '../../shared/rasterise.ts';
import type { Weights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import { cachedReadings, createReportCache, readOnce } from './report-cache.ts';

const weights = (value: number): Weights => ({ dense: { shape: [2], data: Float32Array.of(value, value) } });
const digits = (value: number): Digits => ({
  images: new Uint8Array(rasterPixels).fill(value),
  labels: Uint8Array.of(3),
});

function counted() {
  let times = 0;
  const read = async ({ labels }: Digits) => {
    times++;
    return Array.from(labels, label => ({ label, probabilities: [] }));
  };
  return { read, times: () => times };
}

test('the same weights read the same drawings once, whatever objects hold them', async () => {
  const [cache, { read, times }] = [createReportCache(), counted()];
  for (let i = 0; i < 3; i++)
    await readOnce(cachedReadings(cache, weights(1)), { name: 'mnist', digits: digits(1), read });
  expect(times()).toBe(1);
});

test('other weights, another set or one changed drawing are read anew', async () => {
  const [cache, { read, times }] = [createReportCache(), counted()];
  await readOnce(cachedReadings(cache, weights(1)), { name: 'mnist', digits: digits(1), read });
  await readOnce(cachedReadings(cache, weights(2)), { name: 'mnist', digits: digits(1), read });
  await readOnce(cachedReadings(cache, weights(1)), { name: 'lessons', digits: digits(1), read });
  await readOnce(cachedReadings(cache, weights(1)), { name: 'mnist', digits: digits(2), read });
  expect(times()).toBe(4);
});

test('the entry unused for the longest time is evicted first', async () => {
  const [cache, { read, times }] = [createReportCache(), counted()];
  const readBy = (value: number) =>
    readOnce(cachedReadings(cache, weights(value)), { name: 'mnist', digits: digits(1), read });
  for (const value of [1, 2, 3, 4, 5, 1, 6, 1]) await readBy(value);
  expect(times()).toBe(6);
  await readBy(2);
  expect(times()).toBe(7);
  expect(cache).toHaveLength(5);
});
