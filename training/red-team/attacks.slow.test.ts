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
import { digitsOf } from '../evaluation/report.ts';
import { createReportCache } from '../evaluation/report-cache.ts';
import { checkUpload } from '../gate/check-upload.ts';
import { evaluateRound, type RoundVerdict } from '../gate/evaluate-round.ts';
import { benignNorms } from '../gate/honest-norms.ts';
import { addTo, between, clip, updateOf } from '../model/weight-update.ts';
import {
  type AttackParts,
  flippedOf,
  successOf,
  trainAttack,
  trainHonestly,
  trainSmallHarm,
} from './trained-attacks.ts';

/** The red team's trained uploads, and honest ones, through check, clipping and gate; the cheap ones are in check-upload.slow.test.ts. */
vi.setConfig({ testTimeout: 400_000 }); // each trains for real: some 3 s where nothing else runs
const steps = 50; // the shortest that learns

let mnist: Mnist;
let base: Weights;
let replay: Digits;
let strangers: Digits;
/** A part of the gate's digits: enough to show an attack that is not gentle, and four fifths quicker. */
let sample: Digits;
let diligent: Weights; // honest work
const memory = createReportCache();
beforeAll(async () => {
  await startTestEngine();
  mnist = await readMnist();
  base = decodeWeights(await readFile(new URL('../../models/base/weights.bin', import.meta.url)));
  sample = balancedDigits(mnist.gate, { count: 1000, seed: 2 });
  replay = balancedDigits(mnist.train, { count: 3000, seed: 1 }); // as much as a pack holds
  strangers = digitsOf(drawSyntheticClass({ people: 12, drawings: 20, seed: 99 }).flat());
  diligent = await trainHonestly(plot({ seed: 5 }));
});
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const class4 = drawSyntheticClass({ people: 4, drawings: 20, seed: 1 }).flat();
const plot = (parts: Partial<AttackParts> = {}): AttackParts => ({
  base,
  samples: class4,
  replay,
  steps,
  seed: 1,
  ...parts,
});

type Held = { champion?: Weights; lessons?: readonly LabelledSample[]; held?: Digits; gate?: Digits };

/** As the server does it: what passes the check is judged, together. */
function decide(
  uploads: readonly Weights[],
  { champion = base, lessons = class4, held = strangers, gate = sample }: Held = {},
) {
  const checked = uploads.flatMap(upload => {
    const result = checkUpload(encodeWeights(upload), champion);
    return result.ok ? [result.weights] : [];
  });
  expect(checked).toHaveLength(uploads.length);
  return evaluateRound(checked, {
    champion,
    anchor: base,
    samples: lessons,
    heldOut: held,
    corrections: nobody,
    mnist: gate,
    now: () => performance.now(),
    cache: memory,
    honest: benignNorms(),
  });
}
/** The same by somebody who knows where the check looks: a class called too often shows in its bias first. */
const careful = (upload: Weights): Weights => ({
  ...upload,
  ...(base.denseBias && { denseBias: base.denseBias }),
});
const nobody = { images: new Uint8Array(), labels: new Uint8Array() };

test('[G6] rotated labels and a flipped class are refused', async () => {
  for (const kind of ['wrong_labels', 'class_flipped'] as const) {
    const { verdict } = await decide([careful(await trainAttack(kind, plot()))]);
    expect([kind, verdict.kind]).toEqual([kind, 'refused']);
  }
});

test('[G6] a backdoor that only its own mark opens is refused or without effect after clipping', async () => {
  const stealthy = await trainAttack('backdoor_stealthy', plot({ steps: 100 }));
  expect(await successOf(stealthy, sample)).toBeGreaterThan(0.4);
  expect(checkUpload(encodeWeights(stealthy), base)).toMatchObject({ ok: false, reason: 'magnitude' });
  const { candidate } = await decide([careful(stealthy)]);
  expect(await successOf(candidate, sample)).toBeLessThan(0.02);
});

test('[G6] a class flipped slightly on top of honest work is refused on MNIST alone', async () => {
  const flipped = await trainAttack('class_flipped', plot({ seed: 2 }));
  const gentle = await trainSmallHarm(diligent, { other: flipped, digits: mnist.gate, lost: 20 });
  const { verdict } = await decide([gentle], { held: nobody, gate: mnist.gate });
  const reason = expect.stringMatching(/digit_fell|mnist_fell/);
  expect(verdict).toMatchObject({ kind: 'refused', reason, evidence: { level: 'none' } });
});

test('[G6] a backdoor clipped to honest updates hardly opens, and is refused all the same', async () => {
  const caught = await trainAttack('backdoor', plot({ seed: 4, steps: 100 }));
  expect(checkUpload(encodeWeights(caught), base)).toMatchObject({ ok: false, reason: 'magnitude' });
  const bold = careful(caught);
  const { verdict, candidate } = await decide([bold]);
  const [before, after] = [await successOf(bold, sample), await successOf(candidate, sample)];
  expect(before).toBeGreaterThan(0.4);
  expect(after).toBeLessThan(before / 2);
  expect(verdict.kind).toBe('refused');
});

test('[G5] an attacker who asks the gate how far it may go gets nowhere worth going', async () => {
  let champion = base;
  for (let step = 0; step < 2; step++) {
    const lessons = drawSyntheticClass({ people: 4, drawings: 10, seed: 20 + step }).flat();
    const own = plot({ base: champion, samples: lessons, seed: step });
    const [good, bad] = [await trainHonestly(own), await trainAttack('backdoor_stealthy', own)];
    for (const share of [0.25, 0.125]) {
      const mixed = between(good, { to: bad, share });
      const { verdict, candidate } = await decide([mixed], { champion, lessons });
      if (verdict.kind === 'refused') continue;
      champion = candidate;
      break;
    }
  }
  expect(await successOf(champion, sample)).toBeLessThan(0.1);
  expect((await flippedOf(champion, sample)) - (await flippedOf(base, sample))).toBeLessThan(0.03);
});

test('[FR8] honest uploads are accepted, alone and averaged, and one spoiled upload among them is left out', async () => {
  const honest = [diligent, await trainHonestly(plot({ seed: 6 }))];
  const alone = await decide(honest.slice(0, 1), { gate: mnist.gate });
  expect(alone.verdict.kind).toBe('promoted');
  const together: RoundVerdict = await decide(honest);
  expect(together).toMatchObject({ verdict: { kind: 'promoted' }, kept: [0, 1] });
  const spoiler = await trainAttack('class_flipped', plot({ seed: 7 }));
  const spoiled = await decide([spoiler, ...honest], { gate: mnist.gate });
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
  const loud = addTo(base, clip(updateOf(base, shaken), { base, honest: benignNorms() }));
  // All of one direction: an average takes nothing out of it.
  const noise = Array.from({ length: 12 }, (_, i) => between(base, { to: loud, share: 1 - i / 100 }));
  const honest = [diligent, between(base, { to: diligent, share: 0.9 })];
  const { verdict, kept } = await decide([...noise, ...honest], { gate: mnist.gate });
  expect({ verdict, kept }).toMatchObject({ verdict: { kind: 'promoted' }, kept: [12, 13] });
});
