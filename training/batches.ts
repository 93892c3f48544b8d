import { chance, createRandom, shuffle, uniform } from '../shared/random.ts';
import { rasterPixels } from '../shared/rasterise.ts';
import { augmentBitmap, bitmapDefaults, copyBitmap } from './augment.ts';
import { drawGlyph } from './glyphs.ts';
import type { Digits } from './mnist.ts';
import { drawNegative } from './negatives.ts';
import { firstPoints, redraw, redrawDefaults } from './redraw.ts';
import { restyle } from './styles.ts';
import { thin } from './thin.ts';
import { trace } from './trace.ts';
import type { Batch } from './train.ts';

/** Shares of the digits of a batch. What is none of these is one of MNIST's own, bent. */
type Mix = typeof batchDefaults.mix;

export const batchDefaults = {
  size: 64,
  mix: {
    redrawn: 0.15, // thinned to strokes and drawn again, in other styles
    glyphs: 0.08, // drawn wholly by rule
    negatives: 0.05, // no digit, in the place of one: nothing is more likely than anything else
    unfinished: 0.3, // of the first two: stops before its end; what it may become, the net learns from how often it does
    bitmaps: 1, // how much of `bitmapDefaults` MNIST's own are varied by …
    strokes: 1, // … and of `redrawDefaults` strokes
  },
  /** After `calmFrom` of `count` batches: nearer to what is read in the end. */
  calm: { redrawn: 0.08, glyphs: 0.04, negatives: 0.03, unfinished: 0.2, bitmaps: 0.6, strokes: 0.65 },
  calmFrom: 0.6,
  latest: 0.75, // share of its ink at which it stops at the latest: nearly done, a 9 is a 0, and would make those unsure
  nothingYet: 0.15, // up to this share of its ink a drawing says nothing of its digit …
  itself: 0.6, // … and from this share on it is to be read as what it becomes
};

/**
 * What a beginning is read as: mostly nothing, rather a 1 than any other, as the first line of every digit is. Level
 * chances would let the answer flip at every tremble.
 */
const beginning = Array.from({ length: 10 }, (_, digit) => (digit === 1 ? 0.3 : 0.7 / 9));

type Options = {
  seed: number;
  count?: number; // of batches wanted: the last ones are calm; all of them for 0, none for ever
  options?: Partial<typeof batchDefaults>;
};

/** Batches for ever, every digit of the set once per round, in a new order each round. Same seed, same batches. */
export function* digitBatches(digits: Digits, wanted: Options): Generator<Batch, never, undefined> {
  const { seed, count = Infinity } = wanted;
  const options = { ...batchDefaults, ...wanted.options };
  const random = createRandom(seed);
  const { size } = batchDefaults;
  const thinned = new Map<number, number[][]>(); // 0.3 ms each: done once, when first needed
  const order = Uint32Array.from(digits.labels, (_, i) => i);
  const calm = spreadsOf(options.calm);
  const lively = spreadsOf(options.mix);
  let at = order.length;
  for (let made = 0; ; made++) {
    const images = new Float32Array(size * rasterPixels);
    const targets = new Float32Array(size * 10);
    const { mix, bitmaps, strokes: spread } = made < count * options.calmFrom ? lively : calm;
    const own = 1 - mix.redrawn - mix.glyphs - mix.negatives;
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
      if (kind >= 1 - mix.negatives) {
        targets.fill(0.1, i * 10, i * 10 + 10);
        copyBitmap(redraw(drawNegative(random), random), { out: images, offset });
        continue;
      }
      if (kind < own) {
        targets[i * 10 + digit] = 1;
        augmentBitmap(raster, { out: images, offset, random, spread: bitmaps });
        continue;
      }
      let strokes: readonly (readonly number[])[];
      if (kind < own + mix.glyphs) strokes = drawGlyph(digit, random);
      else {
        const found = thinned.get(k) ?? thin(raster);
        thinned.set(k, found);
        strokes = restyle(digit, trace(digit, found, random), random);
      }
      const share = chance(random, mix.unfinished) ? uniform(random, [0, options.latest]) : 1;
      const known = Math.min(
        1,
        Math.max(0, (share - options.nothingYet) / (options.itself - options.nothingYet)),
      );
      for (let j = 0; j < 10; j++)
        targets[i * 10 + j] = (1 - known) * (beginning[j] ?? 0) + (j === digit ? known : 0);
      copyBitmap(redraw(upTo(share, strokes), random, spread), { out: images, offset });
    }
    yield { images, targets };
  }
}

const spreadsOf = (mix: Mix) => ({
  mix,
  bitmaps: scaled(bitmapDefaults, mix.bitmaps),
  strokes: scaled(redrawDefaults, mix.strokes),
});

function scaled<Spread extends object>(spread: Spread, factor: number): Spread {
  const entries = Object.entries(spread).map(([name, value]) => [
    name,
    typeof value === 'number' ? value * factor : value,
  ]);
  return { ...spread, ...Object.fromEntries(entries) };
}

function upTo(share: number, strokes: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (share === 1) return strokes;
  const points = strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  return firstPoints(strokes, Math.max(1, Math.ceil(points * share)));
}
