import { decidedAt } from '../../shared/limits.ts';
import { rasterPixels } from '../../shared/rasterise.ts';
import type { Digits } from '../dataset/digits.ts';
import type { LabelledSample } from '../dataset/labelled-samples.ts';
import { oodProbes, withMarks } from '../dataset/ood-probes.ts';
import type { ServingNet } from '../model/serving-net.ts';
import { evaluate, type Reading, topOf } from './metrics.ts';
import { predictBeginnings, predictImages } from './predict.ts';

/** The evaluation sets, with the names that verdicts show. */
export const setNames = {
  mnist: 'MNIST hold-out',
  strangers: 'held-out people',
  corrections: 'earlier corrections',
  lessons: 'lessons',
  marked: 'digits with a mark in a corner',
  pens: 'pen drawings made by rule',
  beginnings: 'half-drawn digits made by rule',
} as const;

export type SetName = keyof typeof setNames;

/**
 * `mnist`: digits that are never trained on; `strangers`: labelled drawings of held-out authors; `corrections`: drawings
 * that earlier champions misread; `lessons`: the training samples of the candidate, in the order of their trust; `pens`:
 * the house's fixed drawings, to which no label adds; `beginnings`: unfinished ones, read for the digits that they become.
 */
export type Sets = Record<SetName, Digits> & { oodProbes: Uint8Array };

export type Report = {
  readings: Record<SetName, readonly Reading[]>; // in the order of the sets, so that reports can be paired
  oodProbes: readonly (readonly number[])[]; // probabilities
  microsPerImage: number; // 10th percentile over timed parts: other programs only slow a part down
};

export type Summary = {
  sets: Record<Exclude<SetName, 'pens' | 'beginnings'>, SetSummary>;
  canariesFired: number; // share of out-of-distribution probes with a confidence of decidedAt or more
  microsPerImage: number;
};

export type SetSummary = {
  count: number;
  accuracy: number; // 0…1, like perDigit and ece
  perDigit: number[];
  ece: number;
  confusion: number[][]; // counts, [label][predicted]
};

export const noDigits: Digits = { images: new Uint8Array(), labels: new Uint8Array() };
const markedCount = 500;
const timedCount = 100; // images of a timed part: some 10 ms

export function setsOf(parts: {
  mnist: Digits;
  heldOut: Digits;
  corrections: Digits;
  samples: readonly LabelledSample[];
  pens?: Digits;
  beginnings?: Digits;
}): Sets {
  const { mnist, heldOut, corrections, samples, pens = noDigits, beginnings = noDigits } = parts;
  return {
    mnist,
    strangers: heldOut,
    corrections,
    lessons: digitsOf(samples),
    marked: withMarks(mnist, { count: markedCount }),
    pens,
    beginnings,
    oodProbes: oodProbes(),
  };
}

/** The sets that no label changes; the others are empty. */
export const fixedSetsOf = (parts: { mnist: Digits; pens: Digits; beginnings: Digits }): Sets =>
  setsOf({ ...parts, heldOut: noDigits, corrections: noDigits, samples: [] });

export function digitsOf(drawings: readonly { raster: Uint8Array; digit: number }[]): Digits {
  const images = new Uint8Array(drawings.length * rasterPixels);
  drawings.forEach(({ raster }, i) => {
    images.set(raster, i * rasterPixels);
  });
  return { images, labels: Uint8Array.from(drawings, ({ digit }) => digit) };
}

/** Predicts with one model and times each part. */
export function createTimedReader(net: ServingNet, now: () => number) {
  const micros: number[] = [];
  async function read({ images, labels }: Digits, predict = predictImages): Promise<Reading[]> {
    const readings: Reading[] = [];
    for (let from = 0; from < labels.length; from += timedCount) {
      const to = Math.min(labels.length, from + timedCount);
      const part = {
        images: images.subarray(from * rasterPixels, to * rasterPixels),
        labels: labels.subarray(from, to),
      };
      const began = now();
      readings.push(...(await predict(net, part)));
      micros.push((1000 * (now() - began)) / (to - from));
    }
    return readings;
  }
  return {
    read: (digits: Digits) => read(digits),
    readBeginnings: (digits: Digits) => read(digits, predictBeginnings),
    async readOodProbes(images: Uint8Array): Promise<number[][]> {
      const unlabelled = { images, labels: new Uint8Array(images.length / rasterPixels) };
      return (await read(unlabelled)).map(({ probabilities }) => [...probabilities]);
    },
    /** 10th percentile over the timed parts. */
    microsPerImage: () => micros.toSorted((a, b) => a - b)[Math.floor(micros.length / 10)] ?? 0,
  };
}

/** The part of a report that a model's card stores. */
export function summarise({ readings, oodProbes, microsPerImage }: Report): Summary {
  return {
    sets: {
      mnist: summariseSet(readings.mnist),
      strangers: summariseSet(readings.strangers),
      corrections: summariseSet(readings.corrections),
      lessons: summariseSet(readings.lessons),
      marked: summariseSet(readings.marked),
    },
    canariesFired: oodProbes.filter(isFired).length / Math.max(1, oodProbes.length),
    microsPerImage: Math.round(microsPerImage),
  };
}

export const isFired = (probabilities: readonly number[]) => Math.max(...probabilities) >= decidedAt;

function summariseSet(readings: readonly Reading[]): SetSummary {
  const { accuracy, perDigit, ece } = evaluate(readings);
  const confusion = Array.from({ length: 10 }, () => Array.from({ length: 10 }, () => 0));
  for (const { label, probabilities } of readings) {
    const top = topOf(probabilities);
    if (top >= 0) confusion[label][top]++;
  }
  return { count: readings.length, accuracy, perDigit, ece, confusion };
}
