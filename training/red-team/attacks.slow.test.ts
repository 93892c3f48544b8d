import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createRandom, normal } from '../../shared/random.ts';
import { rasterPixels } from '../../shared/rasterise.ts';
import { decodeWeights, encodeWeights, type Weights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import { balancedDigits, type LabelledSample } from '../dataset/labelled-samples.ts';
import { readMnist } from '../dataset/mnist.ts';
import { penAnchor } from '../dataset/pen-anchor.ts';
import { readShippedBase } from '../dataset/shipped-models.ts';
import { drawSyntheticClass } from '../dataset/synthetic-class.ts';
import { startTestEngine } from '../engine/testing/engine.ts';
import { fixedSetsOf } from '../evaluation/report.ts';
import { createReportCache } from '../evaluation/report-cache.ts';
import { addReadings } from '../evaluation/shipped-readings.ts';
import { benignNorms } from '../gate/benign-norms.ts';
import { checkUpload } from '../gate/check-upload.ts';
import { evaluateRound, type RoundVerdict } from '../gate/evaluate-round.ts';
import { fixedDrawingsOf } from '../gate/screen-labels.ts';
import { addTo, between, clip, updateOf } from '../model/weight-update.ts';
import {
  type AttackParts,
  backdoorRate,
  blendTowardsHarm,
  flipRate,
  trainAttack,
  trainBenignUpload,
} from './trained-attacks.ts';

/** Trained attacks and benign uploads through check, clipping and gate. Forged uploads: check-upload.slow.test.ts. */
vi.setConfig({ testTimeout: 400_000 }); // each training takes some 2 s on an idle machine
const steps = 30; // the fewest that open a backdoor on nine of ten digits
const benignSteps = 40; // the fewest that the gate accepts

let base: Weights;
let replay: Digits;
let heldOut: readonly LabelledSample[];
/** A part of the hold-out: enough for the gate to accept honest work. */
let mnist: Digits;
/** Enough to show a backdoor. */
let sample: Digits;
/** A third of the house's fixed drawings. */
let pens: Digits;
/** Uploads that several tests evaluate: the tests share what the gate reads of them, too. */
let benign: readonly [Weights, Weights];
let flipped: Weights;
let stealthy: Weights;
const cache = createReportCache();
beforeAll(async () => {
  await startTestEngine();
  const shipped = await readShippedBase();
  const all = await readMnist();
  base = decodeWeights(shipped.bytes);
  mnist = balancedDigits(all.gate, { count: 2000, seed: 2 });
  sample = balancedDigits(all.gate, { count: 500, seed: 2 });
  replay = balancedDigits(all.train, { count: 3000, seed: 1 }); // the size of a training pack's replay
  heldOut = drawSyntheticClass({ people: 12, drawings: 20, seed: 99 }).flat();
  pens = firstOf(penAnchor(), 1000);
  addReadings(cache, shipped, fixedSetsOf({ mnist, ...fixedDrawingsOf({ pens }) }));
  benign = [
    await trainBenignUpload(attack({ steps: benignSteps, seed: 5 })),
    await trainBenignUpload(attack({ steps: benignSteps, seed: 6 })),
  ];
  flipped = await trainAttack('class_flipped', attack({ seed: 2 }));
  stealthy = await trainAttack('backdoor_stealthy', attack());
});
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const class4 = drawSyntheticClass({ people: 4, drawings: 20, seed: 1 }).flat();
const attack = (parts: Partial<AttackParts> = {}): AttackParts => ({
  base,
  samples: class4,
  replay,
  steps,
  stepsPerSample: 0,
  seed: 1,
  ...parts,
});
const firstOf = ({ images, labels }: Digits, count: number): Digits => ({
  images: images.subarray(0, count * rasterPixels),
  labels: labels.subarray(0, count),
});

type Held = {
  champion?: Weights;
  samples?: readonly LabelledSample[];
  held?: readonly LabelledSample[];
};

/** Evaluates the uploads that pass the check as one round, like the server. */
function decide(
  uploads: readonly Weights[],
  { champion = base, samples = class4, held = heldOut }: Held = {},
) {
  const checked = uploads.flatMap(upload => {
    const result = checkUpload(encodeWeights(upload), champion);
    return result.ok ? [result.weights] : [];
  });
  expect(checked).toHaveLength(uploads.length);
  return evaluateRound(checked, {
    champion,
    anchor: base,
    samples,
    heldOut: held,
    corrections: [],
    mnist,
    pens,
    now: () => performance.now(),
    cache,
    benign: benignNorms(),
  });
}
/** Hides an attack from the check, which finds an over-predicted class first in the biases of the last two layers. */
const withBaseBias = (upload: Weights): Weights => ({
  ...upload,
  ...(base.bias6 && { bias6: base.bias6 }),
  ...(base.denseBias && { denseBias: base.denseBias }),
});

test('[G6] rotated labels and a flipped class are refused', async () => {
  for (const upload of [await trainAttack('wrong_labels', attack()), flipped])
    expect((await decide([withBaseBias(upload)])).verdict.kind).toBe('refused');
});

test('[G6] a backdoor that only its own mark opens is refused or without effect after clipping', async () => {
  expect(await backdoorRate(stealthy, sample)).toBeGreaterThan(0.4);
  expect(checkUpload(encodeWeights(stealthy), base)).toMatchObject({ ok: false, reason: 'magnitude' });
  const { candidate } = await decide([withBaseBias(stealthy)]);
  expect(await backdoorRate(candidate, sample)).toBeLessThan(0.02);
});

test('[G6] a class flipped slightly on top of honest work is refused without held-out people', async () => {
  const gentle = await blendTowardsHarm(benign[0], { other: flipped, digits: mnist, lost: 20 });
  const { verdict } = await decide([gentle], { held: [] });
  const reason = expect.stringMatching(/digit_fell|mnist_fell|pens_fell/);
  expect(verdict).toMatchObject({ kind: 'refused', reason, evidence: { level: 'none' } });
});

test('[G6] a backdoor clipped to honest updates hardly opens, and is refused all the same', async () => {
  const unhidden = await trainAttack('backdoor', attack({ seed: 4 }));
  expect(checkUpload(encodeWeights(unhidden), base)).toMatchObject({ ok: false, reason: 'magnitude' });
  const bold = withBaseBias(unhidden);
  const { verdict, candidate } = await decide([bold]);
  const [before, after] = [await backdoorRate(bold, sample), await backdoorRate(candidate, sample)];
  expect(before).toBeGreaterThan(0.4);
  expect(after).toBeLessThan(before / 2);
  expect(verdict.kind).toBe('refused');
});

test('[G5] an attacker who asks the gate how far it may go gets nowhere worth going', async () => {
  let champion = base;
  for (let step = 0; step < 2; step++) {
    const samples = step === 0 ? class4 : drawSyntheticClass({ people: 4, drawings: 10, seed: 21 }).flat();
    const own = attack({ base: champion, samples, seed: step });
    const [good, bad] =
      step === 0
        ? [benign[0], stealthy]
        : [
            await trainBenignUpload({ ...own, steps: benignSteps }),
            await trainAttack('backdoor_stealthy', own),
          ];
    for (const share of [0.25, 0.125]) {
      const mixed = between(good, { to: bad, share });
      const { verdict, candidate } = await decide([mixed], { champion, samples });
      if (verdict.kind === 'refused') continue;
      champion = candidate;
      break;
    }
  }
  expect(await backdoorRate(champion, sample)).toBeLessThan(0.1);
  expect((await flipRate(champion, mnist)) - (await flipRate(base, mnist))).toBeLessThan(0.03);
});

test('[FR8] honest uploads are accepted, alone and averaged, and one spoiled upload among them is left out', async () => {
  const spoiled = await decide([withBaseBias(flipped), ...benign]);
  expect(spoiled).toMatchObject({ verdict: { kind: 'promoted' }, kept: [1, 2] });
  const together: RoundVerdict = await decide(benign);
  expect(together).toMatchObject({ verdict: { kind: 'promoted' }, kept: [0, 1] });
  const alone = await decide(benign.slice(0, 1));
  expect(alone.verdict.kind).toBe('promoted');
});

test('[FR8] twelve uploads of noise before two honest ones cost these nothing', async () => {
  const random = createRandom(6); // its labels are a little more likely than the champion's
  const shaken = Object.fromEntries(
    Object.entries(base).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(value => value + normal(random)) },
    ]),
  );
  const loud = addTo(base, clip(updateOf(base, shaken), { base, benign: benignNorms() }));
  // All in one direction, so averaging does not cancel the noise.
  const noise = Array.from({ length: 12 }, (_, i) => between(base, { to: loud, share: 1 - (i % 2) / 100 }));
  const { verdict, kept } = await decide([...noise, ...benign]);
  expect({ verdict, kept }).toMatchObject({ verdict: { kind: 'promoted' }, kept: [12, 13] });
});
