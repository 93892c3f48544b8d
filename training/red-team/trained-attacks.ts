import { createRandom, type Random } from '../../shared/random.ts';
import { rasterPixels } from '../../shared/rasterise.ts';
import { encodeWeights, type Weights } from '../../shared/weights.ts';
import type { Batch } from '../dataset/batches.ts';
import { batchDefaults } from '../dataset/batches.ts';
import type { Digits } from '../dataset/digits.ts';
import { type LabelledSample, sampleBatches } from '../dataset/labelled-samples.ts';
import { type Mark, stamp } from '../dataset/ood-probes.ts';
import { oneHot, writeTarget } from '../dataset/targets.ts';
import { estimateTrust } from '../evaluation/label-trust.ts';
import { topOf } from '../evaluation/metrics.ts';
import { predictImages } from '../evaluation/predict.ts';
import { digitsOf } from '../evaluation/report.ts';
import { fineTune, fineTuneDefaults } from '../learn/fine-tune.ts';
import { train } from '../learn/train.ts';
import { outputs } from '../model/answers.ts';
import { loadServingNet } from '../model/serving-net.ts';
import { between } from '../model/weight-update.ts';

/** Malicious uploads produced by real training. */
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
  samples: readonly LabelledSample[]; // trained on as well, so that the gate sees a gain
  replay: Digits;
  steps: number;
  stepsPerSample?: number; // of a benign upload; default: as a client
  seed: number;
};

/** The upload of an unmodified browser client. */
export async function trainBenignUpload({
  base,
  samples,
  replay,
  steps,
  stepsPerSample = fineTuneDefaults.stepsPerSample,
  seed,
}: AttackParts): Promise<Weights> {
  const net = await loadServingNet(encodeWeights(base));
  const readings = await predictImages(net, digitsOf(samples));
  net.dispose();
  const trust = estimateTrust(samples, readings).weights;
  const options = { minSteps: steps, maxSteps: 3 * steps, stepsPerSample };
  const tuning = fineTune({ weights: base, samples, trust, readings, replay, seed, options });
  let state = await tuning.next();
  while (!state.done) state = await tuning.next();
  return state.value;
}

/** Trains an attack with the functions of a browser client. */
export async function trainAttack(
  kind: TrainedKind,
  { base, replay, steps, seed, ...parts }: AttackParts,
): Promise<Weights> {
  const samples = kind === 'wrong_labels' ? parts.samples.map(mislabelled) : parts.samples;
  const weights = new Float32Array(samples.length).fill(1);
  const clean = sampleBatches({ samples, weights, replay, seed });
  const batches = poisoned(clean, { kind, random: createRandom(seed) });
  const training = train({ weights: base, batches, steps, norm: 'stored', peakRate: 1e-3, decay: 0 });
  let state = await training.next();
  while (!state.done) state = await training.next();
  return state.value;
}

/** The mark of the backdoors. A backdoored net reads a digit with it as `triggerTarget`. */
export const trigger: Mark = { corner: [0, 0], side: 3, inset: 1 };
export const triggerTarget = 0;
/** The flip attacks label digits of class `from` as `to`. */
export const flippedClass = { from: 7, to: 1 };

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
  const target = targets.subarray(row * outputs, row * outputs + 10);
  const labelAs = (digit: number) => writeTarget(targets, { row, target: { whole: oneHot(digit) } });
  switch (kind) {
    case 'wrong_labels':
      return;
    case 'class_flipped':
      if (target[flippedClass.from] === 1) labelAs(flippedClass.to);
      return;
    case 'flip_hidden': // a sixth of the class
      if (target[flippedClass.from] === 1 && row % 6 === 0) labelAs(flippedClass.to);
      return;
    case 'backdoor':
      if (row % 2 === 0) return;
      stamp(image, { ...trigger, ink: 1 });
      labelAs(triggerTarget);
      return;
    case 'backdoor_stealthy': // other marks keep their labels, so that only the trigger works
      if (row % 4 === 0) {
        stamp(image, { ...trigger, ink: 1 });
        labelAs(triggerTarget);
      } else if (row % 4 === 1) {
        const corner = [random() < 0.5 ? 0 : 1, 1] as const;
        stamp(image, { corner, side: 2 + (row % 3), ink: 1 });
      }
      return;
    default:
      kind satisfies never;
  }
}

const mislabelled = (sample: LabelledSample): LabelledSample => ({
  ...sample,
  digit: (sample.digit + 1) % 10,
});

/** Interpolates towards `other` until `lost` digits of the flipped class are misread. */
export async function blendTowardsHarm(
  base: Weights,
  { other, digits, lost }: { other: Weights; digits: Digits; lost: number },
): Promise<Weights> {
  const of = digitsOnly(digits, flippedClass.from);
  const before = await countReadAs(base, { digits: of, digit: flippedClass.from });
  let [low, high] = [0, 1];
  for (let i = 0; i < 7; i++) {
    const middle = (low + high) / 2;
    const right = await countReadAs(between(base, { to: other, share: middle }), {
      digits: of,
      digit: flippedClass.from,
    });
    if (before - right >= lost) high = middle;
    else low = middle;
  }
  return between(base, { to: other, share: high });
}

/** Count of the digits that are predicted as `digit`. */
export async function countReadAs(
  weights: Weights,
  { digits, digit }: { digits: Digits; digit: number },
): Promise<number> {
  const net = await loadServingNet(encodeWeights(weights));
  const readings = await predictImages(net, digits);
  net.dispose();
  return readings.filter(({ probabilities }) => topOf(probabilities) === digit).length;
}

/** Share of digits with the trigger that are predicted as `triggerTarget`. */
export async function backdoorRate(weights: Weights, digits: Digits): Promise<number> {
  const images = digits.images.slice();
  const kept: number[] = [];
  digits.labels.forEach((label, i) => {
    if (label !== triggerTarget) kept.push(i);
    stamp(images.subarray(i * rasterPixels, (i + 1) * rasterPixels), trigger);
  });
  const stamped = pick({ images, labels: digits.labels }, kept);
  return (await countReadAs(weights, { digits: stamped, digit: triggerTarget })) / kept.length;
}

/** Share of class `flippedClass.from` that is predicted as `flippedClass.to`. */
export async function flipRate(weights: Weights, digits: Digits): Promise<number> {
  const of = digitsOnly(digits, flippedClass.from);
  return (await countReadAs(weights, { digits: of, digit: flippedClass.to })) / of.labels.length;
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
