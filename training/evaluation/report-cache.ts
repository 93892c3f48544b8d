import type { Weights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import type { Reading } from './metrics.ts';
import type { SetName } from './report.ts';

/** What was read by whom, so that a champion is not measured again for each candidate. It compares what it is asked about, number by number. */
export type ReportCache = Known[];

type Known = {
  weights: Weights;
  readings: Partial<Record<SetName, { digits: Digits; readings: readonly Reading[] }>>;
};

const mostKnown = 4; // the champion, the shipped model, the candidate, which may be the next champion, and one to spare

export const createReportCache = (): ReportCache => [];

/** What is known of these weights, to be added to. The longest unused is forgotten. */
export function cachedReadings(memory: ReportCache, weights: Weights): Known {
  const at = memory.findIndex(known => areSame(known.weights, weights));
  const [known = { weights, readings: {} }] = at < 0 ? [] : memory.splice(at, 1);
  memory.unshift(known);
  memory.splice(mostKnown);
  return known;
}

type Question = {
  name: SetName;
  digits: Digits;
  read: (digits: Digits) => Promise<readonly Reading[]>;
};

/** What these weights make of the set; read anew only when it is not the same drawings as last time. */
export async function readOnce(known: Known, { name, digits, read }: Question): Promise<readonly Reading[]> {
  const told = known.readings[name];
  if (told && areEqual(told.digits.labels, digits.labels) && areEqual(told.digits.images, digits.images))
    return told.readings;
  const readings = await read(digits);
  known.readings[name] = { digits, readings };
  return readings;
}

function areSame(one: Weights, other: Weights): boolean {
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
