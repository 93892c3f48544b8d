import { describe, expect, test } from 'vitest';
import { inkOf } from './picture-painter.ts';

const side = 9;
/** A vertical stroke in the middle of the ground; both colours are RGBA. */
function picture(stroke: readonly number[], ground: readonly number[]) {
  const pixels = Array.from({ length: side * side }, (_, pixel) => {
    const [column, row] = [pixel % side, Math.floor(pixel / side)];
    return column === 4 && row > 0 && row < side - 1 ? stroke : ground;
  });
  return { data: Uint8ClampedArray.from(pixels.flat()), width: side, height: side };
}

const [black, white, grey, clear] = [
  [0, 0, 0, 255],
  [255, 255, 255, 255],
  [238, 238, 238, 255],
  [0, 0, 0, 0],
];

describe('inkOf finds the pixels that differ from the border', () => {
  test.each([
    ['black on white', black, white],
    ['white on black', white, black],
    ['black on grey', black, grey],
    ['black on nothing', black, clear],
    ['white on nothing', white, clear],
    ['white on nothing that is white', white, [255, 255, 255, 0]],
    ['grey on black', [90, 90, 90, 255], black],
  ])('%s', (_, stroke = [], ground = []) => {
    const ink = inkOf(picture(stroke, ground));
    expect([...ink.subarray(0, side)]).toEqual(Array(side).fill(0));
    expect([...ink.subarray(4 * side, 5 * side)]).toEqual([0, 0, 0, 0, 255, 0, 0, 0, 0]);
  });

  test('no ink in a blank picture', () => {
    for (const ground of [black, white, clear]) expect(Math.max(...inkOf(picture(ground!, ground!)))).toBe(0);
    expect(Math.max(...inkOf(picture([250, 250, 250, 255], white!)))).toBeLessThan(64);
  });
});
