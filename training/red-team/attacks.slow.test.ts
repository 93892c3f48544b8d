import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createRandom, normal } from '../../shared/random.ts';
import { decodeWeights, encodeWeights, type Weights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import { balancedDigits, type LabelledSample } from '../dataset/labelled-samples.ts';
import { type Mnist, readMnist } from '../dataset/mnist.ts';
import { drawSyntheticClass } from '../dataset/synthetic-class.ts';
import { startTestEngine } from '../engine/testing/engine.ts';
import { createReportCache } from '../evaluation/report-cache.ts';
import { benignNorms } from '../gate/benign-norms.ts';
import { checkUpload } from '../gate/check-upload.ts';
import { evaluateRound, type RoundVerdict } from '../gate/evaluate-round.ts';
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
vi.setConfig({ testTimeout: 400_000 }); // each test trains: some 3 s on an idle machine
const steps = 50; // the fewest steps that learn

let mnist: Mnist;
let base: Weights;
let replay: Digits;
let heldOut: readonly LabelledSample[];
/** A part of the hold-out: enough to show a strong attack, and five times as fast. */
let sample: Digits;
/** Enough for the gate to accept honest work. */
let gate: Digits;
let benignUpload: Weights;
const cache = createReportCache();
beforeAll(async () => {
  await startTestEngine();
  mnist = await readMnist();
  base = decodeWeights(await readFile(new URL('../../models/base/weights.bin', import.meta.url)));
  sample = balancedDigits(mnist.gate, { count: 1000, seed: 2 });
  gate = balancedDigits(mnist.gate, { count: 2000, seed: 2 });
  replay = balancedDigits(mnist.train, { count: 3000, seed: 1 }); // the size of a training pack's replay
  heldOut = drawSyntheticClass({ people: 12, drawings: 20, seed: 99 }).flat();
  benignUpload = await trainBenignUpload(attack({ seed: 5 }));
});
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const class4 = drawSyntheticClass({ people: 4, drawings: 20, seed: 1 }).flat();
const attack = (parts: Partial<AttackParts> = {}): AttackParts => ({
  base,
  samples: class4,
  replay,
  steps,
  seed: 1,
  ...parts,
});

type Held = {
  champion?: Weights;
  samples?: readonly LabelledSample[];
  held?: readonly LabelledSample[];
  gate?: Digits;
};

/** Evaluates the uploads that pass the check as one round, like the server. */
function decide(
  uploads: readonly Weights[],
  { champion = base, samples = class4, held = heldOut, gate: digits = sample }: Held = {},
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
    mnist: digits,
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
  for (const kind of ['wrong_labels', 'class_flipped'] as const) {
    const { verdict } = await decide([withBaseBias(await trainAttack(kind, attack()))]);
    expect([kind, verdict.kind]).toEqual([kind, 'refused']);
  }
});

test('[G6] a backdoor that only its own mark opens is refused or without effect after clipping', async () => {
  const stealthy = await trainAttack('backdoor_stealthy', attack({ steps: 100 }));
  expect(await backdoorRate(stealthy, sample)).toBeGreaterThan(0.4);
  expect(checkUpload(encodeWeights(stealthy), base)).toMatchObject({ ok: false, reason: 'magnitude' });
  const { candidate } = await decide([withBaseBias(stealthy)]);
  expect(await backdoorRate(candidate, sample)).toBeLessThan(0.02);
});

test('[G6] a class flipped slightly on top of honest work is refused without held-out people', async () => {
  const flipped = await trainAttack('class_flipped', attack({ seed: 2 }));
  const gentle = await blendTowardsHarm(benignUpload, { other: flipped, digits: gate, lost: 20 });
  const { verdict } = await decide([gentle], { held: [], gate });
  const reason = expect.stringMatching(/digit_fell|mnist_fell|pens_fell/);
  expect(verdict).toMatchObject({ kind: 'refused', reason, evidence: { level: 'none' } });
});

test('[G6] a backdoor clipped to honest updates hardly opens, and is refused all the same', async () => {
  const unhidden = await trainAttack('backdoor', attack({ seed: 4, steps: 100 }));
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
    const samples = drawSyntheticClass({ people: 4, drawings: 10, seed: 20 + step }).flat();
    const own = attack({ base: champion, samples: samples, seed: step });
    const [good, bad] = [await trainBenignUpload(own), await trainAttack('backdoor_stealthy', own)];
    for (const share of [0.25, 0.125]) {
      const mixed = between(good, { to: bad, share });
      const { verdict, candidate } = await decide([mixed], { champion, samples });
      if (verdict.kind === 'refused') continue;
      champion = candidate;
      break;
    }
  }
  expect(await backdoorRate(champion, sample)).toBeLessThan(0.1);
  expect((await flipRate(champion, sample)) - (await flipRate(base, sample))).toBeLessThan(0.03);
});

test('[FR8] honest uploads are accepted, alone and averaged, and one spoiled upload among them is left out', async () => {
  const benign = [benignUpload, await trainBenignUpload(attack({ seed: 6 }))];
  const alone = await decide(benign.slice(0, 1), { gate });
  expect(alone.verdict.kind).toBe('promoted');
  const together: RoundVerdict = await decide(benign);
  expect(together).toMatchObject({ verdict: { kind: 'promoted' }, kept: [0, 1] });
  const flipped = withBaseBias(await trainAttack('class_flipped', attack({ seed: 7 })));
  const spoiled = await decide([flipped, ...benign], { gate });
  expect(spoiled).toMatchObject({ verdict: { kind: 'promoted' }, kept: [1, 2] });
});

test('[FR8] twelve uploads of noise before two honest ones cost these nothing', async () => {
  const random = createRandom(1);
  const shaken = Object.fromEntries(
    Object.entries(base).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(value => value + normal(random)) },
    ]),
  );
  const loud = addTo(base, clip(updateOf(base, shaken), { base, benign: benignNorms() }));
  // All in one direction, so averaging does not cancel the noise.
  const noise = Array.from({ length: 12 }, (_, i) => between(base, { to: loud, share: 1 - i / 100 }));
  const benign = [benignUpload, between(base, { to: benignUpload, share: 0.9 })];
  const { verdict, kept } = await decide([...noise, ...benign], { gate });
  expect({ verdict, kept }).toMatchObject({ verdict: { kind: 'promoted' }, kept: [12, 13] });
});
