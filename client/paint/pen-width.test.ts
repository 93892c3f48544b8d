import { expect, test } from 'vitest';
import { nextWidth, penWidth, widthStep } from './pen-width.ts';

/** The width after many points of the same speed and pressure. */
function steadyWidth(point: { speed: number; pressure: number | undefined }) {
  let width = penWidth;
  for (let i = 0; i < 100; i++) width = nextWidth(width, point);
  return width;
}

test('a fast hand draws thinner than a slow one, and a firm pen wider than a light one', () => {
  const widths = [0, 10, 20, 40].map(speed => steadyWidth({ speed, pressure: undefined }));
  expect(widths).toEqual([...widths].sort((a, b) => b - a));
  expect(widths[0]! / widths[3]!).toBeGreaterThan(1.3);
  expect(steadyWidth({ speed: 10, pressure: 0.9 })).toBeGreaterThan(
    steadyWidth({ speed: 10, pressure: 0.3 }),
  );
});

test('the ink stays between half and one and a half of the pen, whatever a device reports', () => {
  for (const speed of [0, 5, 1e6])
    for (const pressure of [undefined, 0, 1]) {
      const width = steadyWidth({ speed, pressure });
      expect(width).toBeGreaterThan(penWidth / 2 - widthStep);
      expect(width).toBeLessThan(1.5 * penWidth);
    }
});

test('the width changes little from one point to the next', () => {
  expect(Math.abs(nextWidth(penWidth, { speed: 1000, pressure: 0 }) - penWidth)).toBeLessThan(penWidth / 7);
});
