import { decodeWeights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import type { ShippedBase } from '../dataset/shipped-models.ts';
import type { Reading } from './metrics.ts';
import type { FixedReadings } from './model-reader.ts';
import type { Sets } from './report.ts';
import { cachedReadings, type ReportCache } from './report-cache.ts';

/**
 * What the shipped model predicts on the sets that no label changes. They come with the model, so that no lesson and no
 * upload reads them again: it is the champion of every room that never taught, and the anchor of every other.
 *
 * The file: the checksum of the model's file, for each set a header (checksum, count), all of 32 bits, then the probabilities
 * of all sets as 32-bit floats, ten for each image. Readings of another model count for nothing, and a set whose checksum
 * differs, because an operator gave pens of his own or a rule changed, is read by the model as before.
 */
const fixedNames = ['mnist', 'marked', 'pens', 'beginnings', 'oodProbes'] as const;
type FixedName = (typeof fixedNames)[number];
const classes = 10;
const modelBytes = 4;
const headerBytes = 8;
const dataFrom = modelBytes + fixedNames.length * headerBytes;

/** `model`: the bytes of the model's file. */
export function encodeReadings(model: Uint8Array, sets: Sets, read: FixedReadings): Uint8Array {
  const rows = fixedNames.map(name => probabilitiesOf(read, name));
  const count = rows.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(dataFrom + 4 * classes * count);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, fnv(model), true);
  fixedNames.forEach((name, i) => {
    view.setUint32(modelBytes + i * headerBytes, checksumOf(sets, name), true);
    view.setUint32(modelBytes + i * headerBytes + 4, rows[i].length, true);
  });
  let at = dataFrom;
  for (const probability of rows.flat(2)) {
    view.setFloat32(at, probability, true);
    at += 4;
  }
  return bytes;
}

/** Adds the readings of all sets that are those of the file, as if the model had just read them. */
export function addReadings(cache: ReportCache, { bytes, readings }: ShippedBase, sets: Sets): void {
  const view = new DataView(readings.buffer, readings.byteOffset, readings.byteLength);
  if (view.getUint32(0, true) !== fnv(bytes)) return;
  const entry = cachedReadings(cache, decodeWeights(bytes));
  let at = dataFrom;
  fixedNames.forEach((name, i) => {
    const count = view.getUint32(modelBytes + i * headerBytes + 4, true);
    const rows = () =>
      Array.from({ length: count }, (_, row) =>
        Array.from({ length: classes }, (_, k) => view.getFloat32(at + 4 * (row * classes + k), true)),
      );
    if (view.getUint32(modelBytes + i * headerBytes, true) === checksumOf(sets, name)) {
      if (name === 'oodProbes') entry.oodProbes ??= rows();
      else entry.readings[name] ??= { digits: sets[name], readings: labelled(rows(), sets[name]) };
    }
    at += 4 * classes * count;
  });
}

const labelled = (rows: number[][], { labels }: Digits): Reading[] =>
  rows.map((probabilities, i) => ({ label: labels[i] ?? 0, probabilities }));

const probabilitiesOf = (read: FixedReadings, name: FixedName): readonly (readonly number[])[] =>
  name === 'oodProbes' ? read.oodProbes : read[name].map(({ probabilities }) => probabilities);

const sums = new WeakMap<Uint8Array, number>();

function checksumOf(sets: Sets, name: FixedName): number {
  const { images, labels } = name === 'oodProbes' ? { images: sets.oodProbes, labels: noLabels } : sets[name];
  const known = sums.get(images) ?? fnv(images, fnv(labels));
  sums.set(images, known);
  return known;
}

const noLabels = new Uint8Array();

/** FNV-1a, 32 bits: finds a changed set, not a forged one. */
function fnv(bytes: Uint8Array, start = 0x811c9dc5): number {
  let sum = start;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
}
