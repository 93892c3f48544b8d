import type { PredictionRow } from '../../db/predictions.ts';
import { topDigit } from '../../shared/distribution.ts';
import { countPoints } from '../../shared/drawing.ts';
import { rasterise } from '../../shared/rasterise.ts';
import { wholeAnswer } from '../../training/model/mixture.ts';
import type { LabelledInk, LiveDrawing } from './live-drawing.ts';

/** The raster of the drawing's current ink, cached per state. */
function rasterOf(live: LiveDrawing): Uint8Array {
  const { edits, raster } = live;
  if (raster?.edits === edits) return raster.bytes;
  const bytes = rasterise(live.drawing.strokes);
  live.raster = { edits, bytes };
  return bytes;
}

/** The row of the drawing's current state. */
export const rowOf = (live: LiveDrawing): PredictionRow =>
  rowWith(live, { ink: live.drawing.strokes, raster: rasterOf(live) });

/** The row of the drawing with other ink. */
export function rowWith(
  live: LiveDrawing,
  { ink, raster }: Pick<LabelledInk, 'ink'> & Pick<PredictionRow, 'raster'>,
): PredictionRow {
  const strokes = ink.map(stroke => [...stroke]);
  const probabilities = live.guess ? wholeAnswer(live.guess.outputs) : null;
  return {
    drawing: live.id,
    author: live.author,
    room: live.room.name,
    strokes,
    raster,
    guess: probabilities && topDigit(probabilities),
    probabilities,
    model: live.guess?.model ?? null,
    at: new Date(),
  };
}

/** Approximate memory of a row: eight bytes per number, plus a constant. */
export function bytesOf({ strokes, raster }: PredictionRow): number {
  return 1_000 + raster.length + 16 * countPoints(strokes);
}
