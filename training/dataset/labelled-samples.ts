import { chance, createRandom, int, type Random } from '../../shared/random.ts';
import { rasterPixels } from '../../shared/rasterise.ts';
import { displaceStrokes, prefixOf, redraw, redrawDefaults } from '../glyphs/redraw.ts';
import { augmentBitmap, bitmapDefaults, copyBitmap } from './augment.ts';
import type { Batch } from './batches.ts';
import { batchDefaults, digitBatches } from './batches.ts';
import type { Digits } from './digits.ts';
import { bitmapTarget, prefixTarget, type Target, wholeTarget, writeTarget } from './targets.ts';

/** A labelled drawing. Old rows have only the raster. Strokes allow stronger variation than a raster. */
export type LabelledSample = {
  raster: Uint8Array; // 784 bytes
  strokes?: readonly (readonly number[])[]; // flat, any scale, y down
  digit: number;
  author: string;
  correction: boolean; // the champion at the time of drawing predicted another digit
  accepted?: boolean; // by a host or an admin: believed, whatever witnesses read
};

export const sampleDefaults = {
  perBatch: 6, // of batchDefaults.size 64: more than nine replayed digits for each, and never under seven
  prefixes: 0.35, // share of drawings that are cut to a beginning, for the answer to beginnings
  // Variation is light, so that the label stays true …
  strokes: { ...redrawDefaults, turn: 0.07, shear: 0.1, logAspect: 0.06, wave: 0.02, tremble: 0.004 },
  // … and wide for signs that are new and few: other hands write them otherwise.
  newStrokes: { ...redrawDefaults, turn: 0.12, shear: 0.2, logAspect: 0.12, wave: 0.045, tremble: 0.008 },
  bitmap: {
    ...bitmapDefaults,
    turnDegrees: 5,
    shear: 0.07,
    logScale: 0.05,
    logAspect: 0.05,
    shiftPx: 0.5,
    elasticPx: 0.4,
    logGain: 0.1,
    level: 0.05,
  },
};

/** Of `perBatch` places, those that one author may fill: half for one or two authors, a quarter for four or more. */
export function batchSlotsOf(authors: number, perBatch: number = sampleDefaults.perBatch): number {
  return Math.ceil(perBatch / Math.max(2, Math.min(4, authors)));
}

/**
 * Endless batches of replay, in which samples take at most `perBatch` places. A sample is drawn with the probability of
 * its weight (0: never). Places that no author may fill keep replay. Same seed, same batches.
 */
export function* sampleBatches({
  samples,
  weights,
  replay,
  seed,
  perBatch = sampleDefaults.perBatch,
  prefixes = sampleDefaults.prefixes,
  areNew = false,
}: {
  samples: readonly LabelledSample[];
  weights: Float32Array;
  replay: Digits;
  seed: number;
  perBatch?: number;
  prefixes?: number;
  areNew?: boolean; // the champion misreads most of them: signs of a room's own
}): Generator<Batch, never, undefined> {
  const random = createRandom(seed);
  const authors = byAuthor(samples, weights);
  const cap = batchSlotsOf(authors.length, perBatch);
  for (const batch of digitBatches(replay, { seed, count: 0 })) {
    const taken = new Map<Author, number>();
    for (let place = 0; place < perBatch; place++) {
      const open = authors.filter(author => (taken.get(author) ?? 0) < cap);
      const author = pick(random, open, ({ weight }) => weight);
      if (!author) break;
      taken.set(author, (taken.get(author) ?? 0) + 1);
      const sample = pick(random, author.samples, ({ weight }) => weight)?.sample;
      if (sample) write(sample, { batch, place, random, prefixes, areNew });
    }
    yield batch;
  }
  throw new Error('digitBatches ended, which it never does');
}

/** Equally many of each digit, about `count` in all, limited by the rarest digit: replay must not favour a digit. */
export function balancedDigits(digits: Digits, { count, seed }: { count: number; seed: number }): Digits {
  const random = createRandom(seed);
  const places: number[][] = Array.from({ length: 10 }, () => []);
  digits.labels.forEach((label, i) => {
    places[label].push(i);
  });
  const each = Math.min(Math.ceil(count / 10), ...places.map(({ length }) => length));
  const images = new Uint8Array(each * 10 * rasterPixels);
  const labels = new Uint8Array(each * 10);
  for (let i = 0; i < labels.length; i++) {
    const left = places[i % 10];
    const at = int(random, left.length);
    const chosen = left[at];
    left[at] = left[left.length - 1];
    left.pop();
    images.set(digits.images.subarray(chosen * rasterPixels, (chosen + 1) * rasterPixels), i * rasterPixels);
    labels[i] = i % 10;
  }
  return { images, labels };
}

type Author = { weight: number; samples: { sample: LabelledSample; weight: number }[] };

function byAuthor(samples: readonly LabelledSample[], weights: Float32Array): Author[] {
  const authors = new Map<string, Author>();
  samples.forEach((sample, i) => {
    if (!(weights[i] > 0)) return;
    const author = authors.get(sample.author) ?? { weight: 0, samples: [] };
    author.weight += weights[i];
    author.samples.push({ sample, weight: weights[i] });
    authors.set(sample.author, author);
  });
  return [...authors.values()];
}

function pick<T>(random: Random, items: readonly T[], weightOf: (item: T) => number): T | undefined {
  let left = random() * items.reduce((sum, item) => sum + weightOf(item), 0);
  for (const item of items) {
    left -= weightOf(item);
    if (left < 0) return item;
  }
  return items.at(-1);
}

/** What people call a digit is one, however odd: that weighs more than what the net knows of scribbles (LOG.md). */
const isDigitWeight = 3;
const asTaught = (target: Target): Target => ({ ...target, isDigit: [0, isDigitWeight] });

type Place = { batch: Batch; place: number; random: Random; prefixes: number; areNew: boolean };

function write(
  { raster, strokes, digit }: LabelledSample,
  { batch, place, random, prefixes, areNew }: Place,
): void {
  const row = batchDefaults.size - 1 - place;
  const out = batch.images;
  const offset = row * rasterPixels;
  if (strokes === undefined || strokes.length === 0) {
    augmentBitmap(raster, { out, offset, random, spread: sampleDefaults.bitmap });
    writeTarget(batch.targets, { row, target: asTaught(bitmapTarget(digit)) });
    return;
  }
  const isPrefix = chance(random, prefixes);
  const whole = areNew ? displaceStrokes(strokes, random) : strokes;
  const ink = isPrefix ? prefixOf(whole, random()) : whole;
  const spread = areNew ? sampleDefaults.newStrokes : sampleDefaults.strokes;
  copyBitmap(redraw(ink, random, spread), { out, offset });
  writeTarget(batch.targets, { row, target: isPrefix ? prefixTarget(digit) : asTaught(wholeTarget(digit)) });
}
