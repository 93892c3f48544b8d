import { chance, normal, type Random, uniform } from '../../shared/random.ts';
import { penWidthPx, rasterise } from '../../shared/rasterise.ts';

export const redrawDefaults = {
  turn: 0.12, // radians; these are standard deviations …
  shear: 0.2,
  logAspect: 0.1,
  wave: 0.035, // of the drawing's size: smooth bends over all of it
  tremble: 0.008, // of the drawing's size: every point by itself
  penSharesOfWidth: [0.72, 1.35] as const, // … and this a range
};

type Strokes = readonly (readonly number[])[];

/** Strokes as another hand would draw them with another pen, to a raster. */
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

/** A displacement that varies over the drawing like one slow wave in a random direction. */
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

/** The drawing when it had this many points. */
export function firstPoints(strokes: readonly (readonly number[])[], count: number): number[][] {
  const begun: number[][] = [];
  let left = count * 2;
  for (const stroke of strokes) {
    if (left <= 0) break;
    begun.push(stroke.slice(0, left));
    left -= stroke.length;
  }
  return begun;
}
