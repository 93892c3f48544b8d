import { chance, createRandom, int, shuffle } from '../../shared/random.ts';
import { rasterPixels } from '../../shared/rasterise.ts';
import { drawSign } from '../glyphs/made-up-signs.ts';
import { drawNonDigit } from '../glyphs/non-digits.ts';
import { prefixOf, redraw, redrawDefaults } from '../glyphs/redraw.ts';
import { thinToSkeleton } from '../glyphs/skeleton.ts';
import { traceStrokes } from '../glyphs/skeleton-to-strokes.ts';
import { drawGlyph } from '../glyphs/synthetic-glyphs.ts';
import { applyStyle } from '../glyphs/synthetic-styles.ts';
import { outputs } from '../model/answers.ts';
import { augmentBitmap, bitmapDefaults, copyBitmap } from './augment.ts';
import type { Digits } from './digits.ts';
import {
  bitmapTarget,
  nonDigitTarget,
  prefixTarget,
  type Target,
  wholeTarget,
  writeTarget,
} from './targets.ts';

/**
 * `images` n × 784 of 0…1; `targets` n × `outputs`: the answers of `model/answers.ts`, zeros for one that is not asked;
 * where made-up signs are learned, these follow.
 */
export type Batch = { images: Float32Array; targets: Float32Array };

type Spread = typeof redrawDefaults;

/** Shares of a batch. The rest are MNIST bitmaps, augmented. */
type Mix = typeof batchDefaults.mix;

export const batchDefaults = {
  size: 64,
  mix: {
    redrawn: 0.17, // MNIST digits thinned to strokes and redrawn in other styles
    glyphs: 0.14, // synthetic digits
    negatives: 0.05, // non-digits
    signs: 0.14, // made-up signs, where `signs` are asked
    unfinished: 0.6, // of the first two: cut to a prefix; the net learns which digit a prefix becomes
    bitmaps: 1, // factor of `bitmapDefaults` for MNIST bitmaps …
    strokes: 1, // … and of `redrawDefaults` for strokes
  },
  /** The mix after `calmFrom` of `count` batches: closer to the drawings that the net serves. */
  calm: {
    redrawn: 0.1,
    glyphs: 0.09,
    negatives: 0.03,
    signs: 0.08,
    unfinished: 0.6,
    bitmaps: 0.5,
    strokes: 0.65,
  },
  calmFrom: 0.5,
  /** Confidence from which the labeller's prediction of another digit counts: the sample is drawn again. */
  mislabelled: { digit: 0.9, nonDigit: 0.97 },
  signs: 0, // number of made-up signs that are classified beside the digits
};

/** Predictions of a model that is trained on MNIST alone: the most probable digit of each raster. */
export type MnistOnlyLabeller = (rasters: readonly Uint8Array[]) => { digit: number; probability: number }[];

type Options = {
  seed: number;
  count?: number; // of batches wanted, the last ones from the calm mix; 0: all calm; absent: none calm
  options?: Partial<typeof batchDefaults>;
  labeller?: MnistOnlyLabeller; // without it, drawn samples are not checked
};

/** The sample is drawn again when the labeller predicts another digit than `expected` with at least `minProbability`. */
type Check = { expected?: number; minProbability: number };
type Drawn = { raster: Uint8Array; target: Target; check?: Check };

const maxTries = 8; // then the batch takes the MNIST bitmap: thinning removed too much

/** Endless batches: each digit of the set once per epoch, in a new order each epoch. Same seed, same batches. */
export function* digitBatches(digits: Digits, wanted: Options): Generator<Batch, never, undefined> {
  const { seed, count = Infinity, labeller } = wanted;
  const options = { ...batchDefaults, ...wanted.options };
  const random = createRandom(seed);
  const { size } = batchDefaults;
  const thinned = new Map<number, number[][]>(); // thinning takes 0.3 ms a digit, so each result is cached
  const order = Uint32Array.from(digits.labels, (_, i) => i);
  const calm = spreadsOf(options.calm);
  const early = spreadsOf(options.mix);
  let at = order.length;

  const rasterOf = (k: number) => digits.images.subarray(k * rasterPixels, (k + 1) * rasterPixels);

  const thinnedOf = (k: number) => {
    const found = thinned.get(k) ?? thinToSkeleton(rasterOf(k));
    thinned.set(k, found);
    return found;
  };

  const drawRandomNonDigit = (): Drawn => ({
    raster: redraw(drawNonDigit(random), random),
    target: nonDigitTarget,
    check: { minProbability: options.mislabelled.nonDigit },
  });

  const drawMadeUpSign = (): Drawn => {
    const sign = int(random, options.signs);
    return { raster: redraw(drawSign(sign, random), random), target: { sign } };
  };

  const drawDigit = (k: number, { glyph, unfinished, spread }: DigitStyle): Drawn => {
    const digit = digits.labels[k] ?? 0;
    const traced = glyph ? [] : traceStrokes(digit, thinnedOf(k), random);
    const strokes = glyph ? drawGlyph(digit, random) : applyStyle(digit, traced, random);
    const raster = redraw(unfinished ? prefixOf(strokes, random()) : strokes, random, spread);
    const target = unfinished ? prefixTarget(digit) : wholeTarget(digit);
    // Added styles are exempt from the check: MNIST's writers read a 1 with a flag as a 7. So are prefixes.
    if (strokes.length > traced.length || unfinished) return { raster, target };
    return { raster, target, check: { expected: digit, minProbability: options.mislabelled.digit } };
  };

  const planRow = ({ mix, strokes: spread }: ReturnType<typeof spreadsOf>): Row => {
    if (at === order.length) {
      shuffle(random, order);
      at = 0;
    }
    const k = order[at++] ?? 0;
    const kind = random();
    if (kind >= 1 - mix.negatives) return { k, draw: drawRandomNonDigit };
    const signs = options.signs > 0 ? mix.signs : 0;
    if (kind >= 1 - mix.negatives - signs) return { k, draw: drawMadeUpSign };
    const own = 1 - mix.redrawn - mix.glyphs - mix.negatives - signs;
    if (kind < own) return { k };
    const style = { glyph: kind < own + mix.glyphs, unfinished: chance(random, mix.unfinished), spread };
    return { k, draw: () => drawDigit(k, style) };
  };

  for (let made = 0; ; made++) {
    const images = new Float32Array(size * rasterPixels);
    const targets = new Float32Array(size * (outputs + options.signs));
    const spreads = made < count * options.calmFrom ? early : calm;
    const rows = Array.from({ length: size }, () => planRow(spreads));
    const drawn = drawAll(rows, labeller);
    rows.forEach(({ k }, i) => {
      const { raster, target } = drawn[i] ?? {};
      const offset = i * rasterPixels;
      if (raster) copyBitmap(raster, { out: images, offset });
      else augmentBitmap(rasterOf(k), { out: images, offset, random, spread: spreads.bitmaps });
      writeTarget(targets, {
        row: i,
        target: target ?? bitmapTarget(digits.labels[k] ?? 0),
        signs: options.signs,
      });
    });
    yield { images, targets };
  }
}

type DigitStyle = { glyph: boolean; unfinished: boolean; spread: Spread };

/** A row of a batch: digit k of the set, augmented, or the sample that `draw` returns. */
type Row = { k: number; draw?: () => Drawn };

/** The drawn sample of each row; undefined for rows without `draw` and for rows whose every try fails the check. */
function drawAll(rows: readonly Row[], labeller: MnistOnlyLabeller | undefined): (Drawn | undefined)[] {
  const result: (Drawn | undefined)[] = rows.map(() => undefined);
  let open = rows.flatMap(({ draw }, i) => (draw ? [{ i, draw }] : []));
  for (let tries = 0; tries < maxTries && open.length > 0; tries++) {
    const made = open.map(row => ({ ...row, drawn: row.draw() }));
    for (const { i, drawn } of made) result[i] = drawn;
    const toCheck = labeller ? made.filter(({ drawn }) => drawn.check) : [];
    const predictions = labeller?.(toCheck.map(({ drawn }) => drawn.raster)) ?? [];
    toCheck.forEach(({ i, drawn }, j) => {
      if (isMislabelled(drawn, predictions[j])) result[i] = undefined;
    });
    open = toCheck.filter(({ i }) => result[i] === undefined);
  }
  return result;
}

function isMislabelled(
  { check }: Drawn,
  predicted: ReturnType<MnistOnlyLabeller>[number] | undefined,
): boolean {
  if (!check || !predicted) return false;
  return predicted.digit !== check.expected && predicted.probability >= check.minProbability;
}

const spreadsOf = (mix: Mix) => ({
  mix,
  bitmaps: { ...scaled(bitmapDefaults, mix.bitmaps), ...inkOf(bitmapDefaults) },
  strokes: scaled(redrawDefaults, mix.strokes),
});

/** Pen width and softness, which the calm mix does not reduce. */
const inkOf = ({ logGain, level }: typeof bitmapDefaults) => ({ logGain, level });

function scaled<T extends object>(spread: T, factor: number): T {
  const entries = Object.entries(spread).map(([name, value]) => [
    name,
    typeof value === 'number' ? value * factor : value,
  ]);
  return { ...spread, ...Object.fromEntries(entries) };
}
