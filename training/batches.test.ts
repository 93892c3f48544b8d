import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../shared/random.ts';
import { rasterise } from '../shared/rasterise.ts';
import { batchDefaults, digitBatches } from './batches.ts';
import { drawGlyph } from './glyphs.ts';
import { type Mnist, readMnist } from './mnist.ts';
import { redraw } from './redraw.ts';
import { restyle } from './styles.ts';
import { thin } from './thin.ts';

let mnist: Mnist;
beforeAll(async () => {
  mnist = await readMnist();
});
const image = (i: number) => mnist.train.images.subarray(i * 784, (i + 1) * 784);
const inkOf = (raster: Uint8Array) => raster.reduce((sum, value) => sum + value / 255, 0);

test('MNIST is split in three, and the gate shares nothing with the training set', () => {
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

test('the same seed gives the same batches; images are 0…1, targets name one digit', () => {
  const [first, again, other] = [1, 1, 2].map(seed => digitBatches(mnist.train, { seed }));
  for (let step = 0; step < 4; step++) {
    const batch = first!.next().value;
    expect(again!.next().value).toEqual(batch);
    expect(other!.next().value).not.toEqual(batch);
    expect(batch.images.every(value => value >= 0 && value <= 1)).toBe(true);
    for (let i = 0; i < batchDefaults.size; i++) {
      const target = batch.targets.subarray(i * 10, i * 10 + 10);
      expect(target.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      expect(Math.max(...target)).toBe(1);
      expect(batch.images.subarray(i * 784, (i + 1) * 784).some(value => value > 0.5)).toBe(true);
    }
  }
});

test('a digit thinned to strokes and drawn again has the ink of the digit', () => {
  let [original, again] = [0, 0];
  for (let i = 0; i < 200; i++) {
    const strokes = thin(image(i));
    expect(strokes.length).toBeGreaterThan(0);
    expect(strokes.flat().every(value => value >= 0 && value <= 28)).toBe(true);
    original += inkOf(image(i));
    again += inkOf(rasterise(strokes));
  }
  expect(again / original).toBeGreaterThan(0.85);
  expect(again / original).toBeLessThan(1.15);
});

test('thinning follows a line, a ring and a cross without inventing or losing ends', () => {
  const line = thin(rasterise([[0, 0, 30, 100]]));
  expect(line).toHaveLength(1);
  expect(line[0]![1]).toBeLessThan(line[0]!.at(-1)!);
  const ring = thin(
    rasterise([Array.from({ length: 40 }, (_, i) => [Math.cos(i / 6), Math.sin(i / 6)]).flat()]),
  );
  expect(ring).toHaveLength(1);
  expect(Math.hypot(ring[0]![0]! - ring[0]!.at(-2)!, ring[0]![1]! - ring[0]!.at(-1)!)).toBeLessThan(1.5);
  expect(
    thin(
      rasterise([
        [0, 50, 100, 50],
        [50, 0, 50, 100],
      ]),
    ).length,
  ).toBeGreaterThanOrEqual(4);
  expect(thin(new Uint8Array(784))).toEqual([]);
});

test('every style of every digit is a drawing, and no two are alike', () => {
  const random = createRandom(1);
  for (let digit = 0; digit < 10; digit++) {
    const rasters = Array.from({ length: 20 }, () =>
      redraw(restyle(digit, drawGlyph(digit, random), random), random),
    );
    expect(rasters.every(raster => inkOf(raster) > 20)).toBe(true);
    expect(new Set(rasters.map(String)).size).toBe(20);
  }
});
