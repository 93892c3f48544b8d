import type { Weights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import type { Reading } from './metrics.ts';
import type { SetName } from './report.ts';

/** Readings by model, so that a champion is not measured again for each candidate. Weights and sets compare by value. */
export type ReportCache = CachedModel[];

type CachedModel = {
  weights: Weights;
  readings: Partial<Record<SetName, { digits: Digits; readings: readonly Reading[] }>>;
  oodProbes?: readonly (readonly number[])[]; // always the same probes
};

const maxModels = 5; // champion, shipped model, plain net, candidate (perhaps the next champion), and one spare

export const createReportCache = (): ReportCache => [];

/** The cache entry of these weights, created if absent. Evicts the least recently used entry. */
export function cachedReadings(cache: ReportCache, weights: Weights): CachedModel {
  const at = cache.findIndex(cached => haveSameWeights(cached.weights, weights));
  const [cached = { weights, readings: {} }] = at < 0 ? [] : cache.splice(at, 1);
  cache.unshift(cached);
  cache.splice(maxModels);
  return cached;
}

type CachedRead = {
  name: SetName;
  digits: Digits;
  read: (digits: Digits) => Promise<readonly Reading[]>;
};

/** Cached readings of the set; calls `read` only if the drawings differ from the cached ones. */
export async function readOnce(
  cachedModel: CachedModel,
  { name, digits, read }: CachedRead,
): Promise<readonly Reading[]> {
  if (digits.labels.length === 0) return []; // a gate without this set leaves what another one has read
  const cached = cachedModel.readings[name];
  if (
    cached &&
    areEqual(cached.digits.labels, digits.labels) &&
    areEqual(cached.digits.images, digits.images)
  )
    return cached.readings;
  const readings = await read(digits);
  cachedModel.readings[name] = { digits, readings };
  return readings;
}

function haveSameWeights(one: Weights, other: Weights): boolean {
  if (one === other) return true;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every(name => {
    const [a, b] = [one[name]?.data, other[name]?.data];
    return a !== undefined && b !== undefined && areEqual(a, b);
  });
}

function areEqual(a: Uint8Array | Float32Array, b: Uint8Array | Float32Array): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}
