import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../shared/random.ts';
import { rasterise } from '../../shared/rasterise.ts';
import { decodeWeights, encodeWeights, type Weights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import { type LabelledSample, sampleDefaults } from '../dataset/labelled-samples.ts';
import { type Mnist, readMnist } from '../dataset/mnist.ts';
import { startTestEngine } from '../engine/testing/engine.ts';
import { isRight } from '../evaluation/metrics.ts';
import { predictBeginnings } from '../evaluation/predict.ts';
import { digitsOf } from '../evaluation/report.ts';
import { prefixOf } from '../glyphs/redraw.ts';
import { drawGlyph } from '../glyphs/synthetic-glyphs.ts';
import { loadServingNet } from '../model/serving-net.ts';
import { DivergedError, fineTune, fineTuneDefaults, houseShares, roomShares } from './fine-tune.ts';
import type { Checkpoint, Progress } from './train.ts';

let mnist: Mnist;
let champion: Weights;
beforeAll(async () => {
  await startTestEngine();
  mnist = await readMnist();
  champion = decodeWeights(await readFile(new URL('../../models/base/weights.bin', import.meta.url)));
});
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const random = createRandom(1);
const samples: LabelledSample[] = Array.from({ length: 6 }, (_, i) => {
  const strokes = drawGlyph(i, random);
  return { raster: rasterise(strokes), strokes, digit: i, author: `a${i % 3}`, correction: true };
});
const trust = new Float32Array(6).fill(1);
const few = { minSteps: 3, stepsPerSample: 0 };
const begin = (seed: number, weights = champion, options: Partial<typeof fineTuneDefaults> = few) =>
  fineTune({ weights, samples, trust, replay: mnist.train, seed, options });

async function finish(tuning: ReturnType<typeof fineTune>) {
  const reports: Progress[] = [];
  for (;;) {
    const state = await tuning.next();
    if (state.done) return { reports, weights: state.value };
    reports.push(state.value);
  }
}

test('every step is reported, and no tensor is left behind', async () => {
  const before = tf.memory();
  const { reports } = await finish(begin(1));
  expect(reports.map(({ step, steps }) => [step, steps])).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  expect(Object.keys(reports[0]!)).toEqual(['step', 'steps', 'loss', 'accuracy']);
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
});

test('the seed determines the candidate', async () => {
  const { weights } = await finish(begin(2));
  expect((await finish(begin(2))).weights).toEqual(weights);
  expect((await finish(begin(3))).weights).not.toEqual(weights);
});

test('the champion does not change, and the candidate has its batch-norm statistics', async () => {
  const before = structuredClone(champion);
  const { weights } = await finish(begin(4));
  expect(champion).toEqual(before);
  expect(Object.keys(weights)).toEqual(Object.keys(champion));
  for (const name of ['mean1', 'variance1', 'mean4', 'variance4'])
    expect(weights[name]).toEqual(champion[name]);
  expect(weights.filter4).not.toEqual(champion.filter4);
});

test('the first three stages stay, unless a room teaches signs of its own', async () => {
  const names = ['filter1', 'bias1', 'filter2', 'bias2', 'filter3', 'bias3'];
  const stayed = (weights: Weights) =>
    names.filter(name =>
      Buffer.from(weights[name]!.data.buffer).equals(Buffer.from(champion[name]!.data.buffer)),
    );
  expect(stayed((await finish(begin(8))).weights)).toEqual(names);
  const signs = samples.map(sample => ({ ...sample, digit: (sample.digit + 1) % 10 }));
  const options = { ...few, minNewSteps: 3 };
  const tuning = { weights: champion, samples: signs, trust, replay: mnist.train, seed: 8, options };
  expect(stayed((await finish(fineTune({ ...tuning, gate: 'room' }))).weights)).toEqual([]);
});

test('the house learns beginnings from drawings that are read right, a room from all of its own', () => {
  const { perBatch, prefixes } = sampleDefaults;
  expect(houseShares(0)).toEqual({ perBatch, prefixes });
  // All misread: as many whole drawings as beside their beginnings.
  expect(houseShares(1)).toEqual({ perBatch: Math.round(perBatch * (1 - prefixes)), prefixes: 0 });
  expect(houseShares(0.5).prefixes).toBeCloseTo(prefixes / 2);
  const maxNewPerBatch = 24;
  expect(roomShares(0, { progress: 0, maxNewPerBatch })).toEqual({ perBatch, prefixes });
  for (const progress of [0, 1])
    expect(roomShares(1, { progress, maxNewPerBatch })).toEqual({ perBatch: maxNewPerBatch, prefixes });
  const many = roomShares(0, { progress: 1, maxNewPerBatch });
  expect(many.perBatch).toBeGreaterThan(perBatch);
  expect(many.prefixes).toBeGreaterThan(prefixes);
});

test('many labels of a room teach how its hands begin digits', async () => {
  const drawings = Array.from({ length: 240 }, (_, i) => {
    const strokes = drawGlyph(i % 10, random)
      .map(fromItsEnd)
      .toReversed();
    return { raster: rasterise(strokes), strokes, digit: i % 10, author: `a${i % 8}`, correction: false };
  });
  const taught = drawings.slice(0, 120);
  const halves = digitsOf(
    drawings.slice(120).map(({ strokes, digit }) => ({ raster: rasterise(prefixOf(strokes, 0.5)), digit })),
  );
  const tuning = fineTune({
    weights: champion,
    samples: taught,
    trust: new Float32Array(taught.length).fill(1),
    replay: mnist.train,
    seed: 1,
    gate: 'room',
    options: { minSteps: 40, maxSteps: 120 },
  });
  let state = await tuning.next();
  while (!state.done) state = await tuning.next();
  const [before, after] = [await readHalves(champion, halves), await readHalves(state.value, halves)];
  expect(after).toBeGreaterThan(before + 0.2);
});

/** The stroke drawn from its last point to its first. */
const fromItsEnd = (stroke: number[]) =>
  Array.from({ length: stroke.length / 2 }, (_, i) =>
    stroke.slice(stroke.length - 2 * i - 2, stroke.length - 2 * i),
  ).flat();

/** Share of the half-drawn digits that are read as what they become. */
async function readHalves(weights: Weights, halves: Digits): Promise<number> {
  const net = await loadServingNet(encodeWeights(weights));
  const read = await predictBeginnings(net, halves);
  net.dispose();
  return read.filter(isRight).length / read.length;
}

test('more labels take more steps, from a hundred to three hundred, or a share of them', async () => {
  const steps = async (count: number, stepsShare = 1) => {
    const tuning = fineTune({
      weights: champion,
      samples: Array.from({ length: count }, (_, i) => samples[i % 6]!),
      trust: new Float32Array(count).fill(1),
      replay: mnist.gate,
      seed: 1,
      options: { stepsShare },
    });
    const first = await tuning.next();
    await tuning.return(champion);
    return first.done ? 0 : first.value.steps;
  };
  expect(await steps(1)).toBe(101);
  expect(await steps(50)).toBe(150);
  expect(await steps(1000)).toBe(300);
  expect(await steps(50, 0.4)).toBe(60);
  expect(await steps(1000, 0.4)).toBe(120);
});

test('return() cancels between two steps and frees everything', async () => {
  const tuning = begin(5, champion, fineTuneDefaults);
  await tuning.next();
  await tuning.return(champion);
  expect((await tuning.next()).done).toBe(true);
});

test('training that resumes from a checkpoint ends as it would have without', async () => {
  const saved: Checkpoint[] = [];
  const tuning = { weights: champion, samples, trust, replay: mnist.gate, seed: 7, options: few };
  const whole = fineTune({
    ...tuning,
    async save(read) {
      saved.push(await read());
    },
  });
  const { weights } = await finish(whole);
  expect(saved.map(({ step }) => step)).toEqual([1, 2, 3]);
  for (const from of saved) {
    const { reports, weights: resumed } = await finish(fineTune({ ...tuning, from }));
    expect(reports.map(({ step }) => step)).toEqual([1, 2, 3].slice(from.step));
    expect(resumed).toEqual(weights);
  }
});

test('a loss that is no number ends training with a sentence', async () => {
  const broken = {
    ...champion,
    dense: { ...champion.dense!, data: champion.dense!.data.map(() => 3e38) },
  };
  await expect(finish(begin(6, broken))).rejects.toThrow(DivergedError);
  await expect(finish(begin(6, broken))).rejects.toThrow(/The loss of step 1 of 3 is/);
});
