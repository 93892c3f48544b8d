import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../shared/random.ts';
import { rasterise } from '../../shared/rasterise.ts';
import { drawNonDigit } from '../glyphs/non-digits.ts';
import { redraw } from '../glyphs/redraw.ts';
import { thinToSkeleton } from '../glyphs/skeleton.ts';
import { traceStrokes } from '../glyphs/skeleton-to-strokes.ts';
import { drawGlyph } from '../glyphs/synthetic-glyphs.ts';
import { applyStyle } from '../glyphs/synthetic-styles.ts';
import { outputs } from '../model/answers.ts';
import { batchDefaults, digitBatches, type MnistOnlyLabeller } from './batches.ts';
import { type Mnist, readMnist } from './mnist.ts';

let mnist: Mnist;
beforeAll(async () => {
  mnist = await readMnist();
});
const image = (i: number) => mnist.train.images.subarray(i * 784, (i + 1) * 784);
const inkOf = (raster: Uint8Array) => raster.reduce((sum, value) => sum + value / 255, 0);

test('MNIST has three splits, and the gate split shares no digit with the training split', () => {
  const counts = [mnist.train, mnist.gate, mnist.test].map(({ images, labels }) => [
    labels.length,
    images.length / 784,
  ]);
  expect(counts).toEqual([
    [55_000, 55_000],
    [5_000, 5_000],
    [10_000, 10_000],
  ]);
  expect(mnist.train.labels[0]).toBe(5);
  expect(mnist.test.labels[0]).toBe(7);
  const gate = mnist.gate.images;
  expect(gate.byteOffset).toBeGreaterThanOrEqual(mnist.train.images.byteOffset + mnist.train.images.length);
});

test('the same seed gives the same batches; images are 0…1, targets probabilities', () => {
  const [first, again, other] = [1, 1, 2].map(seed => digitBatches(mnist.train, { seed }));
  for (let step = 0; step < 4; step++) {
    const batch = first!.next().value;
    expect(again!.next().value).toEqual(batch);
    expect(other!.next().value).not.toEqual(batch);
    expect(batch.images.every(value => value >= 0 && value <= 1)).toBe(true);
    for (const answers of answersOf(batch))
      for (const asked of Object.values(answers).filter(values => values.some(value => value > 0)))
        expect(sumOf(asked)).toBeLessThanOrEqual(1 + 1e-5);
  }
});

test('prefixes ask only for what they become and that they are unfinished; non-digits name no digit and are none', () => {
  const batches = digitBatches(mnist.train, { seed: 3 });
  const rows = Array.from({ length: 30 }, () => answersOf(batches.next().value)).flat();
  const share = (is: (row: (typeof rows)[number]) => boolean) => rows.filter(is).length / rows.length;
  expect(share(({ whole }) => Math.max(...whole) === 1)).toBeGreaterThan(0.7);
  expect(share(({ whole }) => isNone(whole))).toBeCloseTo(batchDefaults.mix.negatives, 1);
  const prefixes = rows.filter(({ finished }) => finished[0] > 0);
  expect(prefixes.length).toBeGreaterThan(30);
  for (const { whole, partial } of prefixes) {
    expect(sumOf(whole)).toBe(0);
    expect(Math.max(...partial)).toBe(1);
  }
  for (const { whole, isDigit } of rows)
    expect(isDigit).toEqual(sumOf(whole) === 0 ? [0, 0] : isNone(whole) ? [1, 0] : [0, 1]);
});

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const isNone = (values: readonly number[]) => values.every(value => Math.abs(value - 0.1) < 1e-6);
const answersOf = ({ targets }: { targets: Float32Array }) =>
  Array.from({ length: batchDefaults.size }, (_, i) => {
    const row = [...targets.subarray(i * outputs, (i + 1) * outputs)];
    return {
      whole: row.slice(0, 10),
      partial: row.slice(10, 20),
      finished: row.slice(20, 22),
      isDigit: row.slice(22),
    };
  });
const targetsOf = (batch: { targets: Float32Array }) => answersOf(batch).map(({ whole }) => whole);

const predicted = (digit: number, probability: number) => ({ digit, probability });

test('only drawings that the MNIST-only net surely reads as something else are drawn again', () => {
  const batchSizes: number[] = [];
  const labeller: MnistOnlyLabeller = rasters => {
    batchSizes.push(rasters.length);
    return rasters.map((_, i) => predicted(0, i === 0 ? 1 : 0.5));
  };
  const options = { mix: { ...batchDefaults.mix, negatives: 1, redrawn: 0, glyphs: 0 } };
  digitBatches(mnist.train, { seed: 3, labeller, options }).next();
  expect(batchSizes).toEqual([batchDefaults.size, ...batchSizes.slice(1).fill(1)]);
  expect(batchSizes.length).toBeGreaterThan(1);
});

test('a digit keeps the label of MNIST where no drawing is anything else', () => {
  const options = { mix: { ...batchDefaults.mix, unfinished: 0 } };
  const labeller: MnistOnlyLabeller = rasters => rasters.map(() => predicted(NaN, 1)); // matches no label
  const batches = digitBatches(mnist.train, { seed: 3, labeller, options });
  const targets = Array.from({ length: 10 }, () => targetsOf(batches.next().value)).flat();
  expect(targets.every(target => Math.max(...target) === 1)).toBe(true);
});

test('non-digits are drawn in many ways, and each is finite', () => {
  const random = createRandom(4);
  const rasters = Array.from({ length: 300 }, () => String(redraw(drawNonDigit(random), random)));
  expect(new Set(rasters).size).toBeGreaterThan(280);
});

test('traceStrokes keeps every point of the skeleton, and starts a seven at its bar', () => {
  const random = createRandom(5);
  for (let i = 0; i < 100; i++) {
    const pieces = thinToSkeleton(image(i));
    const digit = mnist.train.labels[i]!;
    const strokes = traceStrokes(digit, pieces, random);
    expect(strokes.length).toBeLessThanOrEqual(pieces.length + 1);
    const places = new Set(strokes.flatMap(pointsOf));
    expect(
      pieces
        .filter(piece => piece.length >= 4)
        .flatMap(pointsOf)
        .every(at => places.has(at)),
    ).toBe(true);
  }
  const seven = traceStrokes(
    7,
    [
      [5, 20, 9, 1],
      [1, 1, 9, 1],
    ],
    random,
  ); // the skeleton lists the bar last
  expect(seven[0]!.slice(0, 2)).toEqual([1, 1]);
});

const pointsOf = (flat: readonly number[]) =>
  Array.from({ length: flat.length / 2 }, (_, i) => `${flat[2 * i]},${flat[2 * i + 1]}`);

test('a digit thinned to strokes and rasterised again has the same amount of ink, to 15 %', () => {
  let [original, again] = [0, 0];
  for (let i = 0; i < 200; i++) {
    const strokes = thinToSkeleton(image(i));
    expect(strokes.length).toBeGreaterThan(0);
    expect(strokes.flat().every(value => value >= 0 && value <= 28)).toBe(true);
    original += inkOf(image(i));
    again += inkOf(rasterise(strokes));
  }
  expect(again / original).toBeGreaterThan(0.85);
  expect(again / original).toBeLessThan(1.15);
});

test('thinning gives one stroke for a line, one for a ring, and at least four for a cross', () => {
  const line = thinToSkeleton(rasterise([[0, 0, 30, 100]]));
  expect(line).toHaveLength(1);
  expect(line[0]![1]).toBeLessThan(line[0]!.at(-1)!);
  const ring = thinToSkeleton(
    rasterise([Array.from({ length: 40 }, (_, i) => [Math.cos(i / 6), Math.sin(i / 6)]).flat()]),
  );
  expect(ring).toHaveLength(1);
  expect(Math.hypot(ring[0]![0]! - ring[0]!.at(-2)!, ring[0]![1]! - ring[0]!.at(-1)!)).toBeLessThan(1.5);
  expect(
    thinToSkeleton(
      rasterise([
        [0, 50, 100, 50],
        [50, 0, 50, 100],
      ]),
    ).length,
  ).toBeGreaterThanOrEqual(4);
  expect(thinToSkeleton(new Uint8Array(784))).toEqual([]);
});

test('glyphs of every digit have ink, and no two rasters are equal', () => {
  const random = createRandom(1);
  for (let digit = 0; digit < 10; digit++) {
    const rasters = Array.from({ length: 20 }, () =>
      redraw(applyStyle(digit, drawGlyph(digit, random), random), random),
    );
    expect(rasters.every(raster => inkOf(raster) > 20)).toBe(true);
    expect(new Set(rasters.map(String)).size).toBe(20);
  }
});
