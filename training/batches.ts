import { chance, createRandom, type Random, shuffle, uniform } from '../shared/random.ts';
import { rasterPixels } from '../shared/rasterise.ts';
import { augmentBitmap, bitmapDefaults, copyBitmap } from './augment.ts';
import { drawGlyph } from './glyphs.ts';
import type { Digits } from './mnist.ts';
import { firstPoints, redraw } from './redraw.ts';
import { restyle } from './styles.ts';
import { thin } from './thin.ts';
import type { Batch } from './train.ts';

export const batchDefaults = {
  size: 64,
  redrawn: 0.27, // share of the digits thinned to strokes and drawn again, in other styles
  glyphs: 0.13, // share drawn wholly by rule
  unfinished: 0.1, // share of both that stops before its end: what it may become, the net learns from how often it does
};

/** Batches for ever, every digit of the set once per round, in a new order each round. Same seed, same batches. */
export function* digitBatches(
  digits: Digits,
  { seed }: { seed: number },
): Generator<Batch, never, undefined> {
  const random = createRandom(seed);
  const { size } = batchDefaults;
  const thinned = new Map<number, number[][]>(); // 0.3 ms each: done once, when first needed
  const order = Uint32Array.from(digits.labels, (_, i) => i);
  let at = order.length;
  for (;;) {
    const images = new Float32Array(size * rasterPixels);
    const targets = new Float32Array(size * 10);
    for (let i = 0; i < size; i++) {
      if (at === order.length) {
        shuffle(random, order);
        at = 0;
      }
      const k = order[at++] ?? 0;
      const raster = digits.images.subarray(k * rasterPixels, (k + 1) * rasterPixels);
      const digit = digits.labels[k] ?? 0;
      const offset = i * rasterPixels;
      const kind = random();
      if (kind < batchDefaults.redrawn + batchDefaults.glyphs) {
        let strokes: readonly (readonly number[])[];
        if (kind < batchDefaults.glyphs) strokes = drawGlyph(digit, random);
        else {
          const found = thinned.get(k) ?? thin(raster);
          thinned.set(k, found);
          strokes = restyle(digit, found, random);
        }
        copyBitmap(redraw(upTo(shareDrawn(random), strokes), random), { out: images, offset });
      } else {
        augmentBitmap(raster, { out: images, offset, random, spread: bitmapDefaults });
      }
      targets[i * 10 + digit] = 1;
    }
    yield { images, targets };
  }
}

function shareDrawn(random: Random): number {
  return chance(random, batchDefaults.unfinished) ? uniform(random, [0.25, 0.95]) : 1;
}

function upTo(share: number, strokes: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (share === 1) return strokes;
  const points = strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  return firstPoints(strokes, Math.ceil(points * share));
}
