import { describe, expect, test } from 'vitest';
import { createRandom, int } from './random.ts';
import { rasterise, rasterPixels, rasterSide } from './rasterise.ts';

const seven = [[200, 210, 480, 190, 760, 180, 640, 420, 520, 640, 440, 900]];
const four = [
  [420, 100, 300, 380, 180, 600, 500, 590, 820, 580],
  [600, 360, 590, 640, 580, 940],
];

const moved = (strokes: number[][], map: (x: number, y: number) => [number, number]) =>
  strokes.map(stroke => stroke.flatMap((x, i) => (i % 2 === 0 ? map(x, stroke[i + 1]!) : [])));

/** The largest difference between two pixels, in bytes. */
const difference = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

const picture = (raster: Uint8Array) =>
  Array.from({ length: rasterSide }, (_, y) =>
    Array.from(raster.subarray(y * rasterSide, (y + 1) * rasterSide), ink => ' .:+#@'[Math.ceil(ink / 51)])
      .join('')
      .trimEnd(),
  ).join('\n');

function inkBox(raster: Uint8Array) {
  const columns = new Set<number>();
  const rows = new Set<number>();
  raster.forEach((ink, i) => {
    if (ink < 128) return;
    columns.add(i % rasterSide);
    rows.add(Math.floor(i / rasterSide));
  });
  return { width: columns.size, height: rows.size };
}

function centreOf(raster: Uint8Array) {
  let [mass, x, y] = [0, 0, 0];
  raster.forEach((ink, i) => {
    mass += ink;
    x += ink * ((i % rasterSide) + 0.5);
    y += ink * (Math.floor(i / rasterSide) + 0.5);
  });
  return { x: x / mass, y: y / mass };
}

describe('a raster', () => {
  test.each([
    ['the position of the drawing', (x: number, y: number): [number, number] => [x + 137, y - 90]],
    ['the scale of the drawing', (x: number, y: number): [number, number] => [x * 0.031, y * 0.031]],
    ['either', (x: number, y: number): [number, number] => [x / 1023 - 12, y / 1023 + 5]],
  ])('[PR7] does not depend on %s', (_, map) => {
    for (const strokes of [seven, four]) {
      expect(difference(rasterise(moved(strokes, map)), rasterise(strokes))).toBeLessThanOrEqual(1);
    }
  });

  test('[PR7] does not depend on the order or direction of strokes', () => {
    const turned = [...four]
      .reverse()
      .map(stroke => stroke.map((_, i) => stroke[stroke.length - 2 - i + 2 * (i % 2)]!));
    expect(difference(rasterise(turned), rasterise(four))).toBeLessThanOrEqual(1);
  });

  test('[PR7] does not depend on the number of points of a straight line', () => {
    const fine = [Array.from({ length: 300 }, (_, i) => [100 + i, 50 + 3 * i]).flat()];
    const coarse = [[100, 50, 399, 947]];
    expect(difference(rasterise(fine), rasterise(coarse))).toBeLessThanOrEqual(8);
  });
});

test('the longer side of the ink is 20 px and its centre of mass is in the middle', () => {
  for (const strokes of [seven, four]) {
    const raster = rasterise(strokes);
    const { width, height } = inkBox(raster);
    expect(Math.abs(Math.max(width, height) - 20)).toBeLessThanOrEqual(1);
    expect(centreOf(raster).x).toBeCloseTo(14, 1);
    expect(centreOf(raster).y).toBeCloseTo(14, 1);
  }
});

test('an empty drawing gives an empty raster', () => {
  expect(rasterise([])).toEqual(new Uint8Array(rasterPixels));
  expect(rasterise([[], []])).toEqual(new Uint8Array(rasterPixels));
});

test('a single point, or many at one place, give one dot in the middle', () => {
  const dot = rasterise([[500, 20]]);
  expect(inkBox(dot)).toEqual({ width: 2, height: 2 });
  expect(centreOf(dot).x).toBeCloseTo(14);
  expect(
    rasterise([
      [3, 3, 3, 3],
      [3, 3],
    ]),
  ).toEqual(dot);
});

test('drops a stray dot far from the digit and keeps a dot at the digit', () => {
  const clean = rasterise(seven);
  expect(rasterise([...seven, [1000, 1000]])).toEqual(clean);
  expect(rasterise([[5, 900, 8, 903], ...seven])).toEqual(clean);
  expect(rasterise([...seven, [250, 420]])).not.toEqual(clean);
});

test('a drawing of dots keeps all of them', () => {
  expect(
    inkBox(
      rasterise([
        [0, 0],
        [100, 0],
        [0, 100],
      ]),
    ).width,
  ).toBeGreaterThan(3);
});

test('the pen has one width whatever the length of the strokes: a thin line covers about 2.4 px', () => {
  const raster = rasterise([[0, 0, 0, 100]]);
  const middle = raster.subarray(14 * rasterSide, 15 * rasterSide).reduce((sum, ink) => sum + ink / 255, 0);
  expect(middle).toBeCloseTo(2.4, 1);
});

test('a drawing of ten thousand points is rasterised like any other', () => {
  const random = createRandom(1);
  let [x, y] = [500, 500];
  const walk = Array.from({ length: 10_000 }, () => {
    x = Math.max(0, Math.min(1023, x + int(random, 21) - 10));
    y = Math.max(0, Math.min(1023, y + int(random, 21) - 10));
    return [x, y];
  }).flat();
  const raster = rasterise([walk]);
  expect(raster.length).toBe(rasterPixels);
  expect(Math.max(...raster)).toBe(255);
});

describe('golden pictures', () => {
  test('a seven', () => expect(`\n${picture(rasterise(seven))}`).toBe(goldenSeven));
  test('a four', () => expect(`\n${picture(rasterise(four))}`).toBe(goldenFour));
});

const goldenSeven = `







       ...:::+++++##:
    .#@@@@@@@@@@@@@@@
    :@@@@@@@@@@@@@@@+
     :+:::...    #@@.
                .@@+
                #@@.
               .@@+
               #@@.
              :@@+
              #@@.
             :@@+
             @@@
            :@@:
            #@@
           .@@+
           :@@:
           +@@
           @@+
          :@@:
          :@@.
           :.`;

const goldenFour = `



            .
           :@@
           #@@
          .@@+
          +@@.
         .@@#
         +@@:  :#:
         @@#   #@#
        +@@:   #@#
       .@@#    #@#
       +@@:    #@#....
      .@@###@@@@@@@@@@:
      +@@@@@@@@@@@@@@@:
      .#####+++@@+::::
               @@+
               @@+
               @@+
               @@+
              .@@:
              .@@:
               ##.



`;
