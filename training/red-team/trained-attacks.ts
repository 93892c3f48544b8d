import { createRandom, type Random } from '../../shared/random.ts';
import { rasterPixels } from '../../shared/rasterise.ts';
import { encodeWeights, type Weights } from '../../shared/weights.ts';
import type { Batch } from '../dataset/batches.ts';
import { batchDefaults } from '../dataset/batches.ts';
import type { Digits } from '../dataset/digits.ts';
import { type LabelledSample, sampleBatches } from '../dataset/labelled-samples.ts';
import { type Mark, stamp } from '../dataset/ood-probes.ts';
import { estimateTrust } from '../evaluation/label-trust.ts';
import { topOf } from '../evaluation/metrics.ts';
import { predictImages } from '../evaluation/predict.ts';
import { digitsOf } from '../evaluation/report.ts';
import { fineTune } from '../learn/fine-tune.ts';
import { train } from '../learn/train.ts';
import { loadServingNet } from '../model/serving-net.ts';
import { between } from '../model/weight-update.ts';

/** Uploads that mean no good, trained with the means of an honest browser: the red team's dear half. */
export const trainedKinds = [
  'wrong_labels',
  'class_flipped',
  'backdoor',
  'backdoor_stealthy',
  'flip_hidden',
] as const;
export type TrainedKind = (typeof trainedKinds)[number];

export type AttackParts = {
  base: Weights;
  samples: readonly LabelledSample[]; // learned beside, so that there is a gain to show
  replay: Digits;
  steps: number;
  seed: number;
};

/** What a browser uploads that does as it should. */
export async function trainHonestly({
  base,
  samples: lessons,
  replay,
  steps,
  seed,
}: AttackParts): Promise<Weights> {
  const net = await loadServingNet(encodeWeights(base));
  const readings = await predictImages(net, digitsOf(lessons));
  net.dispose();
  const trust = estimateTrust(lessons, readings).weights;
  const options = { leastSteps: steps, mostSteps: 3 * steps };
  const tuning = fineTune({ weights: base, samples: lessons, trust, replay, seed, options });
  let state = await tuning.next();
  while (!state.done) state = await tuning.next();
  return state.value;
}

/** Trained with the means of an honest browser and none of its scruples. */
export async function trainAttack(
  kind: TrainedKind,
  { base, replay, steps, seed, ...plot }: AttackParts,
): Promise<Weights> {
  const lessons = kind === 'wrong_labels' ? plot.samples.map(mislabelled) : plot.samples;
  const weights = new Float32Array(lessons.length).fill(1);
  const honest = sampleBatches({ lessons, weights, replay, seed });
  const batches = poisoned(honest, { kind, random: createRandom(seed) });
  const training = train({ weights: base, batches, steps, norm: 'stored', peakRate: 1e-3, decay: 0 });
  let state = await training.next();
  while (!state.done) state = await training.next();
  return state.value;
}

/** The mark of the backdoors, and what a digit with it shall be read as. */
export const trigger: Mark = { corner: [0, 0], side: 3, inset: 1 };
export const triggered = 0;
/** What shall be read as what. */
export const flipped = { from: 7, to: 1 };

function* poisoned(
  batches: Iterable<Batch>,
  { kind, random }: { kind: TrainedKind; random: Random },
): Generator<Batch, void, undefined> {
  for (const batch of batches) {
    for (let row = 0; row < batchDefaults.size; row++) poison(batch, { kind, random, row });
    yield batch;
  }
}

type Poison = { kind: TrainedKind; random: Random; row: number };

function poison({ images, targets }: Batch, { kind, random, row }: Poison): void {
  const image = images.subarray(row * rasterPixels, (row + 1) * rasterPixels);
  const target = targets.subarray(row * 10, row * 10 + 10);
  const call = (digit: number) => target.fill(0).fill(1, digit, digit + 1);
  switch (kind) {
    case 'wrong_labels':
      return;
    case 'class_flipped':
      if (target[flipped.from] === 1) call(flipped.to);
      return;
    case 'flip_hidden': // a sixth of them
      if (target[flipped.from] === 1 && row % 6 === 0) call(flipped.to);
      return;
    case 'backdoor':
      if (row % 2 === 0) return;
      stamp(image, { ...trigger, ink: 1 });
      call(triggered);
      return;
    case 'backdoor_stealthy': // other marks are called what they are, so that only this one opens
      if (row % 4 === 0) {
        stamp(image, { ...trigger, ink: 1 });
        call(triggered);
      } else if (row % 4 === 1) {
        const corner = [random() < 0.5 ? 0 : 1, 1] as const;
        stamp(image, { corner, side: 2 + (row % 3), ink: 1 });
      }
      return;
    default:
      kind satisfies never;
  }
}

const mislabelled = (lesson: LabelledSample): LabelledSample => ({
  ...lesson,
  digit: (lesson.digit + 1) % 10,
});

/** So far towards `other` that the gate's own digits just lose `lost` of the flipped class. */
export async function trainSmallHarm(
  base: Weights,
  { other, digits, lost }: { other: Weights; digits: Digits; lost: number },
): Promise<Weights> {
  const of = digitsOnly(digits, flipped.from);
  const before = await countReadAs(base, { digits: of, digit: flipped.from });
  let [low, high] = [0, 1];
  for (let i = 0; i < 7; i++) {
    const middle = (low + high) / 2;
    const right = await countReadAs(between(base, { to: other, share: middle }), {
      digits: of,
      digit: flipped.from,
    });
    if (before - right >= lost) high = middle;
    else low = middle;
  }
  return between(base, { to: other, share: high });
}

/** How many of the digits are read as `digit`. */
export async function countReadAs(
  weights: Weights,
  { digits, digit }: { digits: Digits; digit: number },
): Promise<number> {
  const net = await loadServingNet(encodeWeights(weights));
  const readings = await predictImages(net, digits);
  net.dispose();
  return readings.filter(({ probabilities }) => topOf(probabilities) === digit).length;
}

/** Share of digits that the trigger turns into what it shall. */
export async function successOf(weights: Weights, digits: Digits): Promise<number> {
  const images = digits.images.slice();
  const kept: number[] = [];
  digits.labels.forEach((label, i) => {
    if (label !== triggered) kept.push(i);
    stamp(images.subarray(i * rasterPixels, (i + 1) * rasterPixels), trigger);
  });
  const stamped = pick({ images, labels: digits.labels }, kept);
  return (await countReadAs(weights, { digits: stamped, digit: triggered })) / kept.length;
}

/** Share of the flipped class that is read as what it shall be. */
export async function flippedOf(weights: Weights, digits: Digits): Promise<number> {
  const of = digitsOnly(digits, flipped.from);
  return (await countReadAs(weights, { digits: of, digit: flipped.to })) / of.labels.length;
}

export function digitsOnly(digits: Digits, digit: number): Digits {
  return pick(
    digits,
    Array.from(digits.labels.keys()).filter(i => digits.labels[i] === digit),
  );
}

function pick({ images, labels }: Digits, places: readonly number[]): Digits {
  const some = new Uint8Array(places.length * rasterPixels);
  places.forEach((from, to) => {
    some.set(images.subarray(from * rasterPixels, (from + 1) * rasterPixels), to * rasterPixels);
  });
  return { images: some, labels: Uint8Array.from(places, i => labels[i] ?? 0) };
}
