import { packInk } from '../../shared/ink.ts';

/** Coordinates under which packing costs no more than looking it up. */
const fewCoordinates = 64;
/** A stroke only grows: what is packed of it stays as it is. */
const packed = new WeakMap<readonly number[], { coordinates: number; text: string }>();

/** What `packInk` makes of a stroke that is only ever appended to; of what was packed before, nothing is packed again. */
export function packStroke(stroke: readonly number[]): string {
  if (stroke.length < fewCoordinates) return packInk(stroke);
  const known = packed.get(stroke) ?? { coordinates: 0, text: '' };
  if (known.coordinates < stroke.length) known.text += packInk(stroke, known.coordinates);
  known.coordinates = stroke.length;
  packed.set(stroke, known);
  return known.text;
}
