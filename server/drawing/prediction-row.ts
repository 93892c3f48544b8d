import type { PredictionRow } from '../../db/predictions.ts';
import { topDigit } from '../../shared/distribution.ts';
import { countPoints } from '../../shared/drawing.ts';
import { rasterise } from '../../shared/rasterise.ts';
import type { LabelledInk, LiveDrawing } from './live-drawing.ts';

/** What a model sees of the drawing as it is now; drawn once for every state it is asked of. */
function rasterOf(live: LiveDrawing): Uint8Array {
  const { edits, raster } = live;
  if (raster?.edits === edits) return raster.bytes;
  const bytes = rasterise(live.drawing.strokes);
  live.raster = { edits, bytes };
  return bytes;
}

/** The drawing as it is now. */
export const rowOf = (live: LiveDrawing): PredictionRow =>
  rowWith(live, { ink: live.drawing.strokes, raster: rasterOf(live) });

/** The drawing with other ink than it has now. */
export function rowWith(
  live: LiveDrawing,
  { ink, raster }: Pick<LabelledInk, 'ink'> & Pick<PredictionRow, 'raster'>,
): PredictionRow {
  const strokes = ink.map(stroke => [...stroke]);
  return {
    drawing: live.id,
    author: live.author,
    room: live.room.name,
    strokes,
    raster,
    guess: live.guess ? topDigit(live.guess.distribution) : null,
    probabilities: live.guess ? [...live.guess.distribution] : null,
    model: live.guess?.model ?? null,
    at: new Date(),
  };
}

/** About how much memory a row takes: eight bytes a number, and what all rows have. */
export function bytesOf({ strokes, raster }: PredictionRow): number {
  return 1_000 + raster.length + 16 * countPoints(strokes);
}
