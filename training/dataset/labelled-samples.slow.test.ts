import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../shared/random.ts';
import { rasterise } from '../../shared/rasterise.ts';
import { drawGlyph } from '../glyphs/synthetic-glyphs.ts';
import { outputs } from '../model/answers.ts';
import { type Batch, batchDefaults, digitBatches } from './batches.ts';
import type { Digits } from './digits.ts';
import {
  balancedDigits,
  batchSlotsOf,
  type LabelledSample,
  sampleBatches,
  sampleDefaults,
} from './labelled-samples.ts';
import { type Mnist, readMnist } from './mnist.ts';

const batchCount = 20;

let mnist: Mnist;
let replay: Digits;
/** Batches of replay alone. */
let plain: Batch[];
beforeAll(async () => {
  mnist = await readMnist();
  replay = balancedDigits(mnist.train, { count: 2000, seed: 1 });
  const batches = digitBatches(replay, { seed: 7, count: 0 });
  plain = Array.from({ length: batchCount }, () => batches.next().value);
});

function samplesBy(counts: Record<string, number>): LabelledSample[] {
  const random = createRandom(1);
  return Object.entries(counts).flatMap(([author, count], number) =>
    Array.from({ length: count }, () => {
      const strokes = drawGlyph(number, random);
      return { raster: rasterise(strokes), strokes, digit: number, author, correction: true };
    }),
  );
}

/** Digits of the samples in each batch: the rows that differ from plain replay. */
function digitsInBatches(samples: LabelledSample[], weights = samples.map(() => 1)): number[][] {
  const mixed = sampleBatches({ samples, weights: Float32Array.from(weights), replay, seed: 7 });
  return plain.map(before => {
    const after = mixed.next().value;
    const rows = Array.from({ length: batchDefaults.size }, (_, i) => i).filter(i => {
      const row = ({ images }: Batch) => Buffer.from(images.buffer, 4 * 784 * i, 4 * 784);
      return !row(before).equals(row(after));
    });
    return rows.map(i => after.targets.subarray(i * outputs, i * outputs + 20).indexOf(1) % 10);
  });
}

test('[J8] every label in a batch comes with at least seven digits of replay', () => {
  const batches = digitsInBatches(samplesBy({ a: 3, b: 3, c: 3, d: 3, e: 3 }));
  expect(batches.every(({ length }) => length === sampleDefaults.perBatch)).toBe(true);
  expect((batchDefaults.size - sampleDefaults.perBatch) / sampleDefaults.perBatch).toBeGreaterThanOrEqual(7);
  expect(new Set(batches.flat())).toEqual(new Set([0, 1, 2, 3, 4]));
});

test('an author with hundreds of labels fills no more of a batch than the cap', () => {
  const crowd = digitsInBatches(samplesBy({ hog: 300, b: 2, c: 2, d: 2, e: 2 }));
  expect(Math.max(...crowd.map(batch => batch.filter(digit => digit === 0).length))).toBe(batchSlotsOf(5));
  const alone = digitsInBatches(samplesBy({ hog: 300 }));
  expect(alone.every(({ length }) => length === batchSlotsOf(1))).toBe(true);
  expect(batchSlotsOf(1)).toBeLessThan(sampleDefaults.perBatch);
});

test('a sample of weight 0 is never trained, and the heavier of two more often', () => {
  const samples = samplesBy({ a: 1, b: 1, c: 1 }).map(sample => ({ ...sample, author: 'one' }));
  const digits = digitsInBatches(samples, [0, 0.1, 0.4]).flat();
  const count = (digit: number) => digits.filter(other => other === digit).length;
  expect(count(0)).toBe(0);
  expect(count(1)).toBeGreaterThan(0);
  expect(count(2)).toBeGreaterThan(count(1));
});

test('a sample that has only its raster is trained too', () => {
  const samples = samplesBy({ a: 2 }).map(({ strokes: _, ...sample }) => sample);
  expect(digitsInBatches(samples).flat()).toHaveLength(batchCount * batchSlotsOf(1));
});

test('balancedDigits takes equally many of each digit, none twice, chosen by the seed', () => {
  const some = balancedDigits(mnist.train, { count: 500, seed: 1 });
  for (let digit = 0; digit < 10; digit++)
    expect(some.labels.filter(label => label === digit)).toHaveLength(50);
  const rows = Array.from(some.labels, (_, i) => String(some.images.subarray(i * 784, (i + 1) * 784)));
  expect(new Set(rows).size).toBe(500);
  expect(balancedDigits(mnist.train, { count: 500, seed: 1 })).toEqual(some);
  expect(balancedDigits(mnist.train, { count: 500, seed: 2 })).not.toEqual(some);
  expect(balancedDigits(some, { count: 10_000, seed: 1 }).labels).toHaveLength(500);
});

test('of the samples of a batch the asked share is cut to beginnings', () => {
  const samples = samplesBy({ a: 3, b: 3, c: 3, d: 3 });
  const cut = (prefixes: number) => {
    const weights = new Float32Array(samples.length).fill(1);
    const batches = sampleBatches({ samples, weights, replay, seed: 7, prefixes });
    const rows = Array.from({ length: 20 }, () => {
      const { value } = batches.next();
      const own = Array.from(
        { length: sampleDefaults.perBatch },
        (_, place) => batchDefaults.size - 1 - place,
      );
      return own.filter(row => !value.targets.subarray(row * outputs, row * outputs + 10).includes(1));
    });
    return rows.flat().length / (20 * sampleDefaults.perBatch);
  };
  expect(cut(0)).toBe(0);
  expect(cut(1)).toBe(1);
  expect(cut(0.35)).toBeGreaterThan(0.2);
});
