import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { decodeWeights } from '../../../shared/weights.ts';
import { balancedDigits, type LabelledSample } from '../../../training/dataset/labelled-samples.ts';
import { readMnist } from '../../../training/dataset/mnist.ts';
import { readPlainWeights } from '../../../training/dataset/shipped-models.ts';
import { drawSyntheticClass } from '../../../training/dataset/synthetic-class.ts';
import { startTestEngine } from '../../../training/engine/testing/engine.ts';
import { makeDrawings } from '../people/synthetic-people.ts';
import { labelAttacks, sampleOf } from './hostile-labels.ts';
import { createLabelHarness, type LabelHarness } from './label-harness.ts';

/** A part of `npm run -s bench -- labels-hostile`: attacks that the house refuses before training, and two trained ones. */
vi.setConfig({ testTimeout: 400_000 }); // each training takes some 4 s on an idle machine

let harness: LabelHarness;
let benignHeldOut: LabelledSample[];
beforeAll(async () => {
  await startTestEngine();
  const mnist = await readMnist();
  benignHeldOut = drawSyntheticClass({ people: 12, drawings: 20, seed: 99 }).flat();
  harness = createLabelHarness({
    base: decodeWeights(await readFile(new URL('../../../models/base/weights.bin', import.meta.url))),
    plain: await readPlainWeights(),
    replay: balancedDigits(mnist.train, { count: 3000, seed: 1 }),
    mnist: balancedDigits(mnist.gate, { count: 2000, seed: 2 }),
    victims: makeDrawings({ people: 20, seed: 77 }).map(sampleOf),
    marked: [],
    options: { minSteps: 60, stepsPerSample: 0.3 }, // the fewest steps that learn
  });
}, 400_000);
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const attacks = (only?: readonly string[]) =>
  labelAttacks({ seed: 1, read: harness.read, benignHeldOut, count: 1, only });

test('[G9] wrong labels by any number of sessions take at most a point from other people’s digits', async () => {
  const kinds = [
    'one session, 12 labels',
    'three sessions, 120 labels',
    'three sessions, 120 unclear drawings',
    'copies of one drawing',
  ];
  const tested: string[] = [];
  for await (const attack of attacks(kinds)) {
    const { champion } = await harness.teach(attack.batches, 1);
    const { worst } = await harness.harmOf(champion, attack);
    expect([attack.kind, worst <= 1]).toEqual([attack.kind, true]);
    tested.push(attack.kind);
  }
  expect(tested).toEqual(kinds);
});

test('[G9] a benign class is learned beside twelve sessions of wrong labels', async () => {
  const benign = drawSyntheticClass({ people: 8, drawings: 20, seed: 3 }).flat();
  for await (const attack of attacks(['three sessions, 120 labels'])) {
    const samples = [...attack.batches.flatMap(batch => batch.samples), ...benign];
    const { promoted, setAside, champion } = await harness.teach([{ samples, heldOut: benignHeldOut }], 1);
    expect([promoted, setAside >= 110]).toEqual([1, true]);
    expect((await harness.harmOf(champion, { isMarked: false })).mean).toBeLessThanOrEqual(1);
    return;
  }
});
