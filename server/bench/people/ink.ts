import { maxPointsPerDrawing, maxStrokesPerDrawing, padUnits } from '../../../shared/limits.ts';
import { createRandom } from '../../../shared/random.ts';
import { readStrokesFile } from '../../../training/dataset/strokes-file.ts';
import { drawGlyph } from '../../../training/glyphs/synthetic-glyphs.ts';

/** A digit to replay: flat strokes in pad units. */
export type Ink = number[][];

const digitUnits = 640; // longer side of a digit on the pad, with the margin that people leave
const ownDigits = 200; // digits that a room draws before one repeats

/** The digits of a strokes file, or else synthetic ones. Throws StrokesFileError. */
export async function readInk(file?: string): Promise<Ink[]> {
  if (file === undefined) return ownInk();
  const drawings = await readStrokesFile(file);
  return drawings.map(({ strokes }) => fitToPad(strokes)).filter(isDrawable);
}

function ownInk(): Ink[] {
  const random = createRandom(1);
  return Array.from({ length: ownDigits }, (_, i) => fitToPad(drawGlyph(i % 10, random)));
}

/** Scales and centres strokes on the pad. */
export function fitToPad(strokes: readonly (readonly number[])[]): Ink {
  const xs = strokes.flatMap(stroke => stroke.filter((_, i) => i % 2 === 0));
  const ys = strokes.flatMap(stroke => stroke.filter((_, i) => i % 2 === 1));
  const [minX, maxX, minY, maxY] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = digitUnits / Math.max(maxX - minX, maxY - minY, Number.MIN_VALUE);
  const place = (value: number, middle: number) =>
    Math.max(0, Math.min(padUnits - 1, Math.round((value - middle) * scale + padUnits / 2)));
  return strokes
    .filter(stroke => stroke.length > 0)
    .map(stroke => stroke.map((value, i) => place(value, (i % 2 === 0 ? minX + maxX : minY + maxY) / 2)));
}

/** Whether the ink is within the limits of a drawing; a file may exceed them. */
export function isDrawable(ink: Ink): boolean {
  const points = ink.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  return points > 0 && points <= maxPointsPerDrawing && ink.length <= maxStrokesPerDrawing;
}
