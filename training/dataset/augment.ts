import { normal, type Random, uniform } from '../../shared/random.ts';
import { rasterPixels, rasterSide } from '../../shared/rasterise.ts';

export const bitmapDefaults = {
  turnDegrees: 9, // all values are standard deviations
  shear: 0.13,
  logScale: 0.1,
  logAspect: 0.09,
  shiftPx: 1.0,
  elasticPx: 0.75, // displacement of each knot of the grid below
  logGain: 0.33, // contrast around middle grey: softens or hardens edges
  level: 0.2, // share of full ink; moves edges outwards or inwards, which widens or thins the pen
};
const knots = 6; // per side of the elastic grid: 5.4 px apart, about the size of a bend in a stroke
const middle = (rasterSide - 1) / 2;

const grid = new Float32Array(knots * knots * 2); // scratch

/** Writes a copy of `raster` to `out` at `offset`: bent, turned, stretched, with other contrast and pen width, 0…1. */
export function augmentBitmap(
  raster: Uint8Array,
  {
    out,
    offset,
    random,
    spread,
  }: { out: Float32Array; offset: number; random: Random; spread: typeof bitmapDefaults },
): void {
  const turn = (normal(random) * spread.turnDegrees * Math.PI) / 180;
  const shear = normal(random) * spread.shear;
  const scale = Math.exp(normal(random) * spread.logScale);
  const aspect = Math.exp(normal(random) * spread.logAspect);
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const shiftX = normal(random) * spread.shiftPx;
  const shiftY = normal(random) * spread.shiftPx;
  const elastic = uniform(random, [0, 1.6]) * spread.elasticPx;
  for (let i = 0; i < grid.length; i++) grid[i] = normal(random) * elastic;
  const gain = Math.exp(normal(random) * spread.logGain);
  const level = normal(random) * spread.level;
  for (let y = 0; y < rasterSide; y++) {
    for (let x = 0; x < rasterSide; x++) {
      const u = (x - middle) * scale * aspect;
      const v = ((y - middle) * scale) / aspect;
      const knotX = (x / rasterSide) * (knots - 1);
      const knotY = (y / rasterSide) * (knots - 1);
      const sourceX = middle + cos * u - sin * v + shear * v + shiftX + bend(knotX, knotY, 0);
      const sourceY = middle + sin * u + cos * v + shiftY + bend(knotX, knotY, 1);
      const ink = sample(raster, sourceX, sourceY) / 255;
      // Blank pixels stay blank: the level changes only edges and ink.
      const value = ink > 0.02 ? (ink - 0.5) * gain + 0.5 + level : 0;
      out[offset + y * rasterSide + x] = Math.max(0, Math.min(1, value));
    }
  }
}

export function copyBitmap(raster: Uint8Array, { out, offset }: { out: Float32Array; offset: number }): void {
  for (let i = 0; i < rasterPixels; i++) out[offset + i] = (raster[i] ?? 0) / 255;
}

function bend(x: number, y: number, axis: 0 | 1): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const fx = x - column;
  const fy = y - row;
  const at = (row * knots + column) * 2 + axis;
  const above = (grid[at] ?? 0) * (1 - fx) + (grid[at + 2] ?? 0) * fx;
  const below = (grid[at + knots * 2] ?? 0) * (1 - fx) + (grid[at + knots * 2 + 2] ?? 0) * fx;
  return above * (1 - fy) + below * fy;
}

function sample(raster: Uint8Array, x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  if (column < 0 || row < 0 || column >= rasterSide - 1 || row >= rasterSide - 1) return 0;
  const fx = x - column;
  const fy = y - row;
  const at = row * rasterSide + column;
  const above = (raster[at] ?? 0) * (1 - fx) + (raster[at + 1] ?? 0) * fx;
  const below = (raster[at + rasterSide] ?? 0) * (1 - fx) + (raster[at + rasterSide + 1] ?? 0) * fx;
  return above * (1 - fy) + below * fy;
}
