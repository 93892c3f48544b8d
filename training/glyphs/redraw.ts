import { chance, normal, type Random, uniform } from '../../shared/random.ts';
import { penWidthPx, rasterise } from '../../shared/rasterise.ts';

export const redrawDefaults = {
  turn: 0.12, // radians; all values but the last are standard deviations
  shear: 0.2,
  logAspect: 0.1,
  wave: 0.035, // share of the drawing's size; smooth bend of the whole drawing
  tremble: 0.008, // share of the drawing's size; independent for each point
  penSharesOfWidth: [0.72, 1.35] as const, // a range
};

type Strokes = readonly (readonly number[])[];

/** Rasterises the strokes with a random slant, bend, tremble and pen width. */
export function redraw(
  strokes: Strokes,
  random: Random,
  spread: typeof redrawDefaults = redrawDefaults,
): Uint8Array {
  const size = sizeOf(strokes);
  const turn = normal(random) * spread.turn;
  const shear = normal(random) * spread.shear;
  const aspect = Math.exp(normal(random) * spread.logAspect);
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const waveX = wave(random, { size, share: spread.wave });
  const waveY = wave(random, { size, share: spread.wave });
  const tremble = chance(random, 0.5) ? size * spread.tremble : 0;
  const moved = strokes.map(stroke => {
    const result: number[] = [];
    for (let i = 0; i + 1 < stroke.length; i += 2) {
      const x = stroke[i] ?? 0;
      const y = stroke[i + 1] ?? 0;
      const u = (x + waveX(x, y) + shear * y) * aspect;
      const v = (y + waveY(x, y)) / aspect;
      result.push(cos * u - sin * v + tremble * normal(random), sin * u + cos * v + tremble * normal(random));
    }
    return result;
  });
  return rasterise(moved, { widthPx: penWidthPx * uniform(random, spread.penSharesOfWidth) });
}

/** Standard deviations of `displaceStrokes`. */
const displacement = {
  shift: 0.035, // of each stroke's place, as a share of the drawing's size
  logSize: 0.1, // of the logarithm of each stroke's size
};

/** Each stroke at another place and of another size, as from drawing to drawing and from hand to hand. */
export function displaceStrokes(strokes: Strokes, random: Random): number[][] {
  const shift = displacement.shift * sizeOf(strokes);
  return strokes.map(stroke => {
    const size = Math.exp(displacement.logSize * normal(random));
    const moved = [shift * normal(random), shift * normal(random)];
    const middle = [0, 1].map(axis => {
      const values = stroke.filter((_, i) => i % 2 === axis);
      return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    });
    return stroke.map((value, i) => middle[i % 2] + (value - middle[i % 2]) * size + moved[i % 2]);
  });
}

/** A displacement over the drawing: one slow sine wave in a random direction. */
function wave(random: Random, { size, share }: { size: number; share: number }) {
  const height = normal(random) * share * size;
  const direction = uniform(random, [0, 2 * Math.PI]);
  const perUnit = (2 * Math.PI * uniform(random, [0.5, 1.6])) / (size || 1);
  const [kx, ky] = [Math.cos(direction) * perUnit, Math.sin(direction) * perUnit];
  const phase = uniform(random, [0, 2 * Math.PI]);
  return (x: number, y: number) => height * Math.sin(kx * x + ky * y + phase);
}

function sizeOf(strokes: Strokes): number {
  let [low, high] = [Infinity, -Infinity];
  for (const stroke of strokes) {
    for (let i = 1; i < stroke.length; i += 2) {
      low = Math.min(low, stroke[i] ?? 0);
      high = Math.max(high, stroke[i] ?? 0);
    }
  }
  return Math.max(0, high - low);
}

/** The drawing's beginning with `share` of its points, at least one. */
export function prefixOf(strokes: Strokes, share: number): Strokes {
  if (share === 1) return strokes;
  const points = strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  return firstPoints(strokes, Math.max(1, Math.ceil(points * share)));
}

/** The first `count` points of the drawing. */
export function firstPoints(strokes: readonly (readonly number[])[], count: number): number[][] {
  const prefix: number[][] = [];
  let left = count * 2;
  for (const stroke of strokes) {
    if (left <= 0) break;
    prefix.push(stroke.slice(0, left));
    left -= stroke.length;
  }
  return prefix;
}
