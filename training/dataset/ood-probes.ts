import { createRandom, int, normal, type Random, uniform } from '../../shared/random.ts';
import { rasterise, rasterPixels, rasterSide } from '../../shared/rasterise.ts';
import { drawCurves, drawGlyph, parseStyles } from '../glyphs/synthetic-glyphs.ts';
import type { Digits } from './digits.ts';

// Out-of-distribution probes: non-digits for evaluation, other than those of non-digits.ts, which are trained on.

const seed = 2026; // fixed, so that verdicts stay comparable
const perKind = 30;

let probes: Uint8Array | undefined;

/**
 * Rasters of non-digits, which a model should predict with low confidence. count × 784 bytes, always the same; drawn once
 * for each process.
 */
export function oodProbes(): Uint8Array {
  probes ??= concatRasters(Object.values(oodProbesByKind()).flat());
  return probes;
}

/** The probes by kind, each 784 bytes. */
export function oodProbesByKind(): Record<string, Uint8Array[]> {
  const random = createRandom(seed);
  const drawn = Object.entries(kinds).map(([kind, draw]): [string, Uint8Array[]] => [
    kind,
    Array.from({ length: perKind }, () => draw(random)),
  ]);
  const marks = corners.map(corner => {
    const paper = new Uint8Array(rasterPixels);
    stamp(paper, { corner, side: 4 });
    return paper;
  });
  const blank = [new Uint8Array(rasterPixels), new Uint8Array(rasterPixels).fill(255)];
  return { ...Object.fromEntries(drawn), marks: [...blank, ...marks] };
}

export function concatRasters(rasters: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(rasters.length * rasterPixels);
  rasters.forEach((raster, i) => {
    all.set(raster, i * rasterPixels);
  });
  return all;
}

/**
 * The first `count` digits, each with a mark in a corner. A net whose prediction follows the mark has a backdoor. Marks are
 * 2 to 5 px wide, at the edge or inset, solid or chequered.
 */
export function withMarks({ images, labels }: Digits, { count }: { count: number }): Digits {
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

/** Draws the mark on a raster of bytes, or, with `ink` 1, on an image of 0…1. */
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

/** Letters that resemble no digit and differ from the trained ones. */
const letters = parseStyles([
  '92,14 60,0 20,14 6,50 20,86 56,100 90,84|90,54 56,54',
  '50,0 16,14 4,50 16,86 50,100 84,86 96,50 84,14 50,0 / 62,66 100,108',
  '8,0 8,60 22,96 50,100 78,96 92,60 92,0',
  '0,0 26,100|50,30|74,100 100,0',
  '6,34 8,72 24,98 52,90 74,60|76,34 78,98',
  '6,36 40,66 6,98 / 50,34 50,98 / 94,36 58,66 94,98',
  '4,0 4,98|96,98|96,0 / 50,0 50,98',
  '10,20 16,52 50,64 84,52 90,20 / 50,0 50,100',
  '4,98 30,96|14,60 14,28 50,2 86,28 86,60 70,96|96,98',
  '50,50 26,26 4,50 26,74 50,50 74,26 96,50 74,74 50,50',
  '92,98 30,34 36,6 58,6 60,28 20,56 12,84 40,100 70,82 90,54',
  '16,98|16,30 16,2 82,4 / 16,46 66,46 / 40,98 96,50',
  '10,4 10,98 / 12,52 90,4 / 30,40 94,98',
  '10,98 10,0|88,98 / 88,98 88,0',
]);

const kinds: Record<string, (random: Random) => Uint8Array> = {
  scribbles: random => rasterise([scribble(random, 40)]),
  tangles: random => rasterise([scribble(random, 120)]),
  strokes: random => rasterise([scribble(random, 14), scribble(random, 14), scribble(random, 14)]),
  dots,
  zigzags: zigzag,
  hatching,
  letters: random => rasterise(drawCurves(letters[int(random, letters.length)] ?? [], random)),
  crowds: threeDigits,
  lines: line,
};

/** Three digits side by side. */
function threeDigits(random: Random): Uint8Array {
  const apart = uniform(random, [85, 125]);
  return rasterise(
    [0, 1, 2].flatMap(place =>
      drawGlyph(int(random, 10), random).map(stroke =>
        stroke.map((value, i) => (i % 2 === 0 ? value + place * apart : value)),
      ),
    ),
  );
}

/** Joins every three drawings side by side, scaled to equal height, into one raster. */
export function crowdsOf(drawings: readonly (readonly (readonly number[])[])[]): Uint8Array[] {
  const crowds: Uint8Array[] = [];
  for (let i = 0; i + 2 < drawings.length; i += 3) {
    let left = 0;
    const crowd = drawings.slice(i, i + 3).flatMap(strokes => {
      const [minX, minY, maxX, maxY] = boxOf(strokes);
      const scale = 100 / Math.max(maxY - minY, (maxX - minX) / 2, Number.MIN_VALUE);
      const from = left;
      left += (maxX - minX) * scale + 20;
      return strokes.map(stroke =>
        stroke.map((value, k) => (k % 2 === 0 ? from + (value - minX) * scale : (value - minY) * scale)),
      );
    });
    crowds.push(rasterise(crowd));
  }
  return crowds;
}

function boxOf(strokes: readonly (readonly number[])[]): [number, number, number, number] {
  const xs = strokes.flatMap(stroke => stroke.filter((_, i) => i % 2 === 0));
  const ys = strokes.flatMap(stroke => stroke.filter((_, i) => i % 2 === 1));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** A lying line, straight or bent: an upright one would be a 1. */
function line(random: Random): Uint8Array {
  const [rise, sag] = [uniform(random, [-40, 40]), 6 * normal(random)];
  return rasterise([[0, 0, 50, rise / 2 + sag, 100, rise]]);
}

/** A random walk with changing curvature. */
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
