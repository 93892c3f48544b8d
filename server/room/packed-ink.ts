import { packInk } from '../../shared/ink.ts';

/** Below this number of coordinates packing is as cheap as a cache lookup. */
const fewCoordinates = 64;
/** Packed text by stroke. Strokes only grow, so packed text stays valid. */
const packed = new WeakMap<readonly number[], { coordinates: number; text: string }>();

/** Packs a stroke that is only appended to as `packInk` does, without packing any coordinate twice. */
export function packStroke(stroke: readonly number[]): string {
  if (stroke.length < fewCoordinates) return packInk(stroke);
  const known = packed.get(stroke) ?? { coordinates: 0, text: '' };
  if (known.coordinates < stroke.length) known.text += packInk(stroke, known.coordinates);
  known.coordinates = stroke.length;
  packed.set(stroke, known);
  return known.text;
}
