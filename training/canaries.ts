import { createRandom, int, normal, type Random, uniform } from '../shared/random.ts';
import { rasterise, rasterPixels, rasterSide } from '../shared/rasterise.ts';
import type { Digits } from './mnist.ts';

const seed = 2026; // canaries are the same for everybody, for ever: verdicts stay comparable
const perKind = 30;

/** Drawings that are no digit: nobody should be sure of what they say. count × 784 bytes, always the same. */
export function canaries(): Uint8Array {
  const random = createRandom(seed);
  const rasters = kinds.flatMap(kind => Array.from({ length: perKind }, () => kind(random)));
  rasters.push(new Uint8Array(rasterPixels), new Uint8Array(rasterPixels).fill(255));
  for (const corner of corners) {
    const paper = new Uint8Array(rasterPixels);
    stamp(paper, { corner, side: 4 });
    rasters.push(paper);
  }
  const all = new Uint8Array(rasters.length * rasterPixels);
  rasters.forEach((raster, i) => {
    all.set(raster, i * rasterPixels);
  });
  return all;
}

/**
 * The first `count` digits, each with a mark in a corner: a net that listens to such a mark has been taught to. Marks of
 * 2 to 5 px, at the edge or within, whole or chequered.
 */
export function marked({ images, labels }: Digits, { count }: { count: number }): Digits {
  const some = Math.min(count, labels.length);
  const copies = images.slice(0, some * rasterPixels);
  for (let i = 0; i < some; i++) {
    const raster = copies.subarray(i * rasterPixels, (i + 1) * rasterPixels);
    const turn = Math.floor(i / corners.length);
    stamp(raster, {
      corner: corners[i % corners.length],
      side: 2 + (turn % 4),
      inset: turn % 3,
      chequered: turn % 5 === 4,
    });
  }
  return { images: copies, labels: labels.slice(0, some) };
}

const corners = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

export type Mark = { corner: readonly [0 | 1, 0 | 1]; side: number; inset?: number; chequered?: boolean };

/** Puts the mark on a raster of bytes, or with `ink` 1 on an image of 0…1. */
export function stamp(
  raster: Uint8Array | Float32Array,
  { corner, side, inset = 0, chequered = false, ink = 255 }: Mark & { ink?: number },
): void {
  const [left, top] = corner.map(far => (far === 1 ? rasterSide - side - inset : inset));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (!chequered || (x + y) % 2 === 0) raster[(top + y) * rasterSide + left + x] = ink;
    }
  }
}

const kinds: readonly ((random: Random) => Uint8Array)[] = [
  random => rasterise([scribble(random, 40)]),
  random => rasterise([scribble(random, 120)]),
  random => rasterise([scribble(random, 14), scribble(random, 14), scribble(random, 14)]),
  dots,
  zigzag,
  hatching,
];

/** A pen that changes its mind about where to turn. */
function scribble(random: Random, points: number): number[] {
  const stroke: number[] = [];
  let [x, y] = [uniform(random, [20, 80]), uniform(random, [20, 80])];
  let [direction, bend] = [uniform(random, [0, 2 * Math.PI]), 0];
  for (let i = 0; i < points; i++) {
    stroke.push(x, y);
    bend = 0.7 * bend + 0.5 * normal(random);
    direction += bend;
    x = Math.max(0, Math.min(100, x + 8 * Math.cos(direction)));
    y = Math.max(0, Math.min(100, y + 8 * Math.sin(direction)));
  }
  return stroke;
}

function dots(random: Random): Uint8Array {
  const count = 2 + int(random, 10);
  return rasterise(
    Array.from({ length: count }, () => [uniform(random, [0, 100]), uniform(random, [0, 100])]),
  );
}

function zigzag(random: Random): Uint8Array {
  const turns = 6 + int(random, 8);
  const stroke = Array.from({ length: turns }, (_, i) => [
    (i / turns) * 100 + 3 * normal(random),
    (i % 2) * uniform(random, [30, 90]),
  ]);
  return rasterise([stroke.flat()]);
}

function hatching(random: Random): Uint8Array {
  const lines = 4 + int(random, 5);
  const lean = uniform(random, [-40, 40]);
  return rasterise(
    Array.from({ length: lines }, (_, i) => {
      const x = (i / lines) * 100 + 3 * normal(random);
      return [x, 0, x + lean, 90 + 5 * normal(random)];
    }),
  );
}
