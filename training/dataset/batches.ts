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

/** `images` n × 784 of 0…1, `targets` n × 10 that sum to 1 each. */
export type Batch = { images: Float32Array; targets: Float32Array };

type Spread = typeof redrawDefaults;

/** Shares of the digits of a batch. What is none of these is one of MNIST's own, bent. */
type Mix = typeof batchDefaults.mix;

export const batchDefaults = {
  size: 64,
  mix: {
    redrawn: 0.15, // thinned to strokes and drawn again, in other styles
    glyphs: 0.08, // drawn wholly by rule
    negatives: 0.05, // no digit, in the place of one: nothing is more likely than anything else
    unfinished: 0.3, // of the first two: stops before its end; what it may become, the net learns from how often it does
    bitmaps: 1, // how much of `bitmapDefaults` MNIST's own are bent by …
    strokes: 1, // … and of `redrawDefaults` strokes
  },
  /** After `calmFrom` of `count` batches: nearer to what is read in the end. */
  calm: { redrawn: 0.05, glyphs: 0.05, negatives: 0.025, unfinished: 0.2, bitmaps: 0.5, strokes: 0.65 },
  calmFrom: 0.5,
  /**
   * What a purist reads this surely as something else is drawn again. A beginning stays, but as no more than `begun`
   * of what it becomes: a bracket is a 1 to all who finish there.
   */
  plainly: { digit: 0.9, negative: 0.97, begun: 0.75 },
  latest: 0.75, // share of its ink at which it stops at the latest: nearly done, a 9 is a 0, and would make those unsure
  nothingYet: 0.15, // up to this share of its ink a drawing says nothing of its digit …
  itself: 0.6, // … and from this share on it is to be read as what it becomes
};

/**
 * What a beginning is read as: mostly nothing, rather a 1 than any other, as the first line of every digit is. Level
 * chances would let the answer flip at every tremble.
 */
const beginning: readonly number[] = Array.from({ length: 10 }, (_, digit) => (digit === 1 ? 0.3 : 0.7 / 9));

const anything: readonly number[] = Array(10).fill(0.1);

/** What rasters are to somebody who knows MNIST alone: the likeliest digit of each. */
export type MnistOnlyLabeller = (rasters: readonly Uint8Array[]) => { digit: number; probability: number }[];

type Options = {
  seed: number;
  count?: number; // of batches wanted: the last ones are calm; all of them for 0, none for ever
  options?: Partial<typeof batchDefaults>;
  purist?: MnistOnlyLabeller; // without one nothing drawn is doubted
};

/**
 * What to do where a purist, at least `from` sure, reads a drawing as a digit other than `but`: it keeps `left` of its
 * target, the rest goes to what it was read as. With nothing left it is drawn again.
 */
type Doubt = { but?: number; from: number; left: number };
type Drawn = { raster: Uint8Array; target: readonly number[]; doubt?: Doubt };

const mostTries = 8; // then the digit stays as MNIST has it: thinning took too much of it

/** Batches for ever, every digit of the set once per round, in a new order each round. Same seed, same batches. */
export function* digitBatches(digits: Digits, wanted: Options): Generator<Batch, never, undefined> {
  const { seed, count = Infinity, purist } = wanted;
  const options = { ...batchDefaults, ...wanted.options };
  const random = createRandom(seed);
  const { size } = batchDefaults;
  const thinned = new Map<number, number[][]>(); // 0.3 ms each: done once, when first needed
  const order = Uint32Array.from(digits.labels, (_, i) => i);
  const calm = spreadsOf(options.calm);
  const lively = spreadsOf(options.mix);
  let at = order.length;

  const rasterOf = (k: number) => digits.images.subarray(k * rasterPixels, (k + 1) * rasterPixels);

  const thinnedOf = (k: number) => {
    const found = thinned.get(k) ?? thinToSkeleton(rasterOf(k));
    thinned.set(k, found);
    return found;
  };

  const drawNone = (): Drawn => ({
    raster: redraw(drawNonDigit(random), random),
    target: anything,
    doubt: { from: options.plainly.negative, left: 0 },
  });

  const drawDigit = (k: number, { glyph, begun, spread }: Manner): Drawn => {
    const digit = digits.labels[k] ?? 0;
    const traced = glyph ? [] : traceStrokes(digit, thinnedOf(k), random);
    const strokes = glyph ? drawGlyph(digit, random) : applyStyle(digit, traced, random);
    const share = begun ? uniform(random, [0, options.latest]) : 1;
    const raster = redraw(upTo(share, strokes), random, spread);
    const target = targetOf(digit, share, options);
    // A style was added because it is something else where MNIST was written: a 1 with a flag is a 7 there.
    if (strokes.length > traced.length && !begun) return { raster, target };
    const doubt = { but: digit, from: options.plainly.digit, left: begun ? options.plainly.begun : 0 };
    return { raster, target, doubt };
  };

  const planRow = ({ mix, strokes: spread }: ReturnType<typeof spreadsOf>): Row => {
    if (at === order.length) {
      shuffle(random, order);
      at = 0;
    }
    const k = order[at++] ?? 0;
    const kind = random();
    if (kind >= 1 - mix.negatives) return { k, draw: drawNone };
    const own = 1 - mix.redrawn - mix.glyphs - mix.negatives;
    if (kind < own) return { k };
    const manner = { glyph: kind < own + mix.glyphs, begun: chance(random, mix.unfinished), spread };
    return { k, draw: () => drawDigit(k, manner) };
  };

  for (let made = 0; ; made++) {
    const images = new Float32Array(size * rasterPixels);
    const targets = new Float32Array(size * 10);
    const spreads = made < count * options.calmFrom ? lively : calm;
    const rows = Array.from({ length: size }, () => planRow(spreads));
    const drawn = drawAll(rows, purist);
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

type Manner = { glyph: boolean; begun: boolean; spread: Spread };

/** A place of a batch: digit k of the set, as it is or as `draw` draws it. */
type Row = { k: number; draw?: () => Drawn };

/** What each row draws; undefined where it draws nothing, or nothing that is not plainly something else. */
function drawAll(rows: readonly Row[], purist: MnistOnlyLabeller | undefined): (Drawn | undefined)[] {
  const settled: (Drawn | undefined)[] = rows.map(() => undefined);
  let open = rows.flatMap(({ draw }, i) => (draw ? [{ i, draw }] : []));
  for (let tries = 0; tries < mostTries && open.length > 0; tries++) {
    const made = open.map(row => ({ ...row, drawn: row.draw() }));
    for (const { i, drawn } of made) settled[i] = drawn;
    const doubted = purist ? made.filter(({ drawn }) => drawn.doubt) : [];
    const seen = purist?.(doubted.map(({ drawn }) => drawn.raster)) ?? [];
    doubted.forEach(({ i, drawn }, j) => {
      settled[i] = asSeen(drawn, seen[j]);
    });
    open = doubted.filter(({ i }) => settled[i] === undefined);
  }
  return settled;
}

/** The same where it is not plainly something else; undefined where nothing is left of it. */
function asSeen(drawn: Drawn, seen: ReturnType<MnistOnlyLabeller>[number] | undefined): Drawn | undefined {
  const { target, doubt } = drawn;
  if (!doubt || !seen || seen.digit === doubt.but || seen.probability < doubt.from) return drawn;
  if (doubt.left === 0) return undefined;
  const shared = target.map((value, j) => doubt.left * value + (j === seen.digit ? 1 - doubt.left : 0));
  return { ...drawn, target: shared };
}

/** Of a drawing with `share` of its ink. */
function targetOf(digit: number, share: number, { nothingYet, itself }: typeof batchDefaults): number[] {
  const known = Math.min(1, Math.max(0, (share - nothingYet) / (itself - nothingYet)));
  return beginning.map((value, j) => (1 - known) * value + (j === digit ? known : 0));
}

const spreadsOf = (mix: Mix) => ({
  mix,
  bitmaps: { ...scaled(bitmapDefaults, mix.bitmaps), ...inkOf(bitmapDefaults) },
  strokes: scaled(redrawDefaults, mix.strokes),
});

/** Pens are as thick and as soft in the end as they were before. */
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
