import { expect, test } from 'vitest';
import { beginnings, penAnchor, penAnchorDefaults, penAnchorOf } from './pen-anchor.ts';

test('[G8] the fixed pen drawings are equally many of each digit, all different, and drawn once', () => {
  const { images, labels } = penAnchor();
  const each = Array.from({ length: 10 }, (_, digit) => labels.filter(label => label === digit).length);
  expect(each).toEqual(Array(10).fill(penAnchorDefaults.perDigit));
  const rasters = Array.from(labels, (_, i) => images.subarray(i * 784, (i + 1) * 784).join());
  expect(new Set(rasters).size).toBe(labels.length);
  expect(penAnchor().images).toBe(images);
});

test('[G8] the half-drawn digits are equally many of each digit, and of each share', () => {
  const { images, labels } = beginnings();
  const each = Array.from({ length: 10 }, (_, digit) => labels.filter(label => label === digit).length);
  expect(new Set(each).size).toBe(1);
  expect(each[0] % 3).toBe(0);
  expect(beginnings().images).toBe(images);
});

test('[G8] an operator’s own drawings are rasterised in their order', () => {
  const stem = { label: 1, strokes: [[50, 0, 50, 100]] };
  const { images, labels } = penAnchorOf([stem, { ...stem, label: 7 }]);
  expect([...labels]).toEqual([1, 7]);
  expect(images.subarray(0, 784)).toEqual(images.subarray(784));
  expect(Math.max(...images)).toBeGreaterThan(0);
});
