import { chance, createRandom, shuffle, uniform } from '../../shared/random.ts';
import { rasterPixels } from '../../shared/rasterise.ts';
import { augmentBitmap, bitmapDefaults, copyBitmap } from './augment.ts';
import type { Digits } from './digits.ts';
import { drawNonDigit } from './non-digits.ts';
import { firstPoints, redraw, redrawDefaults } from './redraw.ts';
import { thinToSkeleton } from './skeleton.ts';
import { traceStrokes } from './skeleton-to-strokes.ts';
import { drawGlyph } from './synthetic-glyphs.ts';
import { applyStyle } from './synthetic-styles.ts';

/** `images` n × 784 of 0…1; `targets` n × 10, each row sums to 1. */
export type Batch = { images: Float32Array; targets: Float32Array };

type Spread = typeof redrawDefaults;

/** Shares of a batch. The rest are MNIST bitmaps, augmented. */
type Mix = typeof batchDefaults.mix;

export const batchDefaults = {
  size: 64,
  mix: {
    redrawn: 0.15, // MNIST digits thinned to strokes and redrawn in other styles
    glyphs: 0.08, // synthetic digits
    negatives: 0.05, // non-digits, with a uniform target
    unfinished: 0.3, // of the first two: cut to a prefix; the net learns how often a prefix becomes each digit
    bitmaps: 1, // factor of `bitmapDefaults` for MNIST bitmaps …
    strokes: 1, // … and of `redrawDefaults` for strokes
  },
  /** The mix after `calmFrom` of `count` batches: closer to the drawings that the net serves. */
  calm: { redrawn: 0.05, glyphs: 0.05, negatives: 0.025, unfinished: 0.2, bitmaps: 0.5, strokes: 0.65 },
  calmFrom: 0.5,
  /**
   * Confidence from which the labeller's prediction of another digit counts: the sample is drawn again. A prefix stays,
   * but its own digit keeps a target of at most `unfinished`: an opening bracket that ends there is a 1.
   */
  mislabelled: { digit: 0.9, nonDigit: 0.97, unfinished: 0.75 },
  latest: 0.75, // longest prefix, as a share of the ink: a nearly finished 9 looks like a 0 and would blur finished 0s
  nothingYet: 0.15, // up to this share of the ink, a prefix has the target `unfinishedTarget` …
  itself: 0.6, // … and from this share on, its final digit
};

/**
 * Target of a short prefix: nearly uniform, with a preference for 1, since a first line looks like a 1. A uniform target
 * would let the predicted digit flip at every small movement.
 */
const unfinishedTarget: readonly number[] = Array.from({ length: 10 }, (_, digit) =>
  digit === 1 ? 0.3 : 0.7 / 9,
);

const uniformTarget: readonly number[] = Array(10).fill(0.1);

/** Predictions of a model that is trained on MNIST alone: the most probable digit of each raster. */
export type MnistOnlyLabeller = (rasters: readonly Uint8Array[]) => { digit: number; probability: number }[];

type Options = {
  seed: number;
  count?: number; // of batches wanted, the last ones from the calm mix; 0: all calm; absent: none calm
  options?: Partial<typeof batchDefaults>;
  labeller?: MnistOnlyLabeller; // without it, drawn samples are not checked
};

/**
 * Applies when the labeller predicts a digit other than `expected` with at least `minProbability`: the sample keeps the
 * share `kept` of its target, and the predicted digit gets the rest. With `kept` 0, the sample is drawn again.
 */
type Check = { expected?: number; minProbability: number; kept: number };
type Drawn = { raster: Uint8Array; target: readonly number[]; check?: Check };

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
    target: uniformTarget,
    check: { minProbability: options.mislabelled.nonDigit, kept: 0 },
  });

  const drawDigit = (k: number, { glyph, unfinished, spread }: DigitStyle): Drawn => {
    const digit = digits.labels[k] ?? 0;
    const traced = glyph ? [] : traceStrokes(digit, thinnedOf(k), random);
    const strokes = glyph ? drawGlyph(digit, random) : applyStyle(digit, traced, random);
    const share = unfinished ? uniform(random, [0, options.latest]) : 1;
    const raster = redraw(upTo(share, strokes), random, spread);
    const target = targetOf(digit, share, options);
    // Added styles are exempt from the check: MNIST's writers read a 1 with a flag as a 7.
    if (strokes.length > traced.length && !unfinished) return { raster, target };
    const kept = unfinished ? options.mislabelled.unfinished : 0;
    return { raster, target, check: { expected: digit, minProbability: options.mislabelled.digit, kept } };
  };

  const planRow = ({ mix, strokes: spread }: ReturnType<typeof spreadsOf>): Row => {
    if (at === order.length) {
      shuffle(random, order);
      at = 0;
    }
    const k = order[at++] ?? 0;
    const kind = random();
    if (kind >= 1 - mix.negatives) return { k, draw: drawRandomNonDigit };
    const own = 1 - mix.redrawn - mix.glyphs - mix.negatives;
    if (kind < own) return { k };
    const style = { glyph: kind < own + mix.glyphs, unfinished: chance(random, mix.unfinished), spread };
    return { k, draw: () => drawDigit(k, style) };
  };

  for (let made = 0; ; made++) {
    const images = new Float32Array(size * rasterPixels);
    const targets = new Float32Array(size * 10);
    const spreads = made < count * options.calmFrom ? early : calm;
    const rows = Array.from({ length: size }, () => planRow(spreads));
    const drawn = drawAll(rows, labeller);
    rows.forEach(({ k }, i) => {
      const { raster, target } = drawn[i] ?? {};
      const offset = i * rasterPixels;
      if (raster) copyBitmap(raster, { out: images, offset });
      else augmentBitmap(rasterOf(k), { out: images, offset, random, spread: spreads.bitmaps });
      targets.set(target ?? targetOf(digits.labels[k] ?? 0, 1, options), i * 10);
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
      result[i] = relabelled(drawn, predictions[j]);
    });
    open = toCheck.filter(({ i }) => result[i] === undefined);
  }
  return result;
}

/** The sample after its check; undefined when the check keeps nothing. */
function relabelled(
  drawn: Drawn,
  predicted: ReturnType<MnistOnlyLabeller>[number] | undefined,
): Drawn | undefined {
  const { target, check } = drawn;
  if (
    !check ||
    !predicted ||
    predicted.digit === check.expected ||
    predicted.probability < check.minProbability
  )
    return drawn;
  if (check.kept === 0) return undefined;
  const mixed = target.map((value, j) => check.kept * value + (j === predicted.digit ? 1 - check.kept : 0));
  return { ...drawn, target: mixed };
}

/** Target of a prefix with `share` of the ink. */
function targetOf(digit: number, share: number, { nothingYet, itself }: typeof batchDefaults): number[] {
  const known = Math.min(1, Math.max(0, (share - nothingYet) / (itself - nothingYet)));
  return unfinishedTarget.map((value, j) => (1 - known) * value + (j === digit ? known : 0));
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

function upTo(share: number, strokes: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (share === 1) return strokes;
  const points = strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  return firstPoints(strokes, Math.max(1, Math.ceil(points * share)));
}
