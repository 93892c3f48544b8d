import { chance, createRandom } from '../../shared/random.ts';
import { rasterPixels, rasterSide } from '../../shared/rasterise.ts';

// Computes which ink supports a prediction: the drawing is predicted with random parts missing, and a linear model is
// fitted to the results (Ribeiro et al. 2016). Removing one part alone hardly ever matters: a 7 without its corner is
// still a 7.

const cellPx = 4; // a part: somewhat more than a pen's width
const cellsAcross = rasterSide / cellPx;
const trialCount = 64; // eight batches, some 10 ms; a digit has 15 to 25 parts
const keptShare = 0.6; // of the parts, in each trial
const minInk = 255; // of a part's bytes: with less than one pixel's worth it is none
const minOdds = 1e-4; // what the engine's answers are rounded to
const ridge = 2; // pulls the effect of few trials towards zero
const faintest = 1; // log-odds: a part that moves them by less is not shown at full strength

/** `cells` are the parts with ink; `kept`: in that order, whether each is on the raster. */
export interface ExplanationTrials {
  cells: readonly number[];
  trials: readonly { kept: readonly (0 | 1)[]; raster: Uint8Array }[];
}

/** The same raster gives the same trials. */
export function planTrials(raster: Uint8Array): ExplanationTrials {
  const random = createRandom(1);
  const ink = new Float64Array(cellsAcross * cellsAcross);
  raster.forEach((value, i) => {
    const cell = Math.floor(i / rasterSide / cellPx) * cellsAcross + Math.floor((i % rasterSide) / cellPx);
    ink[cell] += value;
  });
  const cells = Array.from(ink, (_, cell) => cell).filter(cell => ink[cell] >= minInk);
  const trials = Array.from({ length: cells.length > 0 ? trialCount : 0 }, () => {
    const kept = cells.map((): 0 | 1 => (chance(random, keptShare) ? 1 : 0));
    const grid = new Float64Array(cellsAcross * cellsAcross).fill(1);
    cells.forEach((cell, i) => {
      grid[cell] = kept[i];
    });
    return { kept, raster: raster.map((value, i) => Math.round(value * between(grid, i))) };
  });
  return { cells, trials };
}

/**
 * Effect of each pixel on the answer, −1…1: by how much its log-odds rise with the part it lies in, the strongest
 * part being 1. `probabilities` are the answer's in each trial.
 */
export function effectsOf({ cells, trials }: ExplanationTrials, probabilities: readonly number[]): number[] {
  const odds = probabilities.map(logOdds);
  const mean = odds.reduce((sum, value) => sum + value, 0) / Math.max(1, odds.length);
  const rows = trials.map(({ kept }) => kept.map(value => value - keptShare));
  const normal = cells.map((_, i) =>
    cells.map((_, j) => rows.reduce((sum, row) => sum + row[i] * row[j], i === j ? ridge : 0)),
  );
  const weights = solve(
    normal,
    cells.map((_, i) => rows.reduce((sum, row, t) => sum + row[i] * (odds[t] - mean), 0)),
  );
  const most = Math.max(faintest, ...weights.map(Math.abs));
  const grid = new Float64Array(cellsAcross * cellsAcross);
  cells.forEach((cell, i) => {
    grid[cell] = weights[i] / most;
  });
  return Array.from({ length: rasterPixels }, (_, i) => Math.round(100 * between(grid, i)) / 100);
}

/** A pixel's value between those of the four cells whose middles are around it. */
function between(grid: Float64Array, pixel: number): number {
  const last = cellsAcross - 1;
  const place = (px: number) => Math.max(0, Math.min(last, (px + 0.5) / cellPx - 0.5));
  const [x, y] = [place(pixel % rasterSide), place(Math.floor(pixel / rasterSide))];
  const [column, row] = [Math.min(last - 1, Math.floor(x)), Math.min(last - 1, Math.floor(y))];
  const [u, v] = [x - column, y - row];
  const at = row * cellsAcross + column;
  const above = grid[at] * (1 - u) + grid[at + 1] * u;
  const below = grid[at + cellsAcross] * (1 - u) + grid[at + cellsAcross + 1] * u;
  return above * (1 - v) + below * v;
}

function logOdds(probability: number): number {
  const inside = Math.min(1 - minOdds, Math.max(minOdds, probability));
  return Math.log(inside / (1 - inside));
}

/** Gauss and Jordan's way; the ridge keeps the matrix positive, so no row need be swapped. */
function solve(matrix: readonly number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  rows.forEach((pivot, i) => {
    const by = pivot[i];
    for (let k = i; k < pivot.length; k++) pivot[k] /= by;
    rows.forEach((row, j) => {
      if (j === i) return;
      const factor = row[i];
      for (let k = i; k < row.length; k++) row[k] -= factor * pivot[k];
    });
  });
  return rows.map(row => row[row.length - 1]);
}
