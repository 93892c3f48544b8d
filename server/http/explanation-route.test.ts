import fastify from 'fastify';
import { expect, test } from 'vitest';
import { rasterise } from '../../shared/rasterise.ts';
import { effectsOf, planTrials } from '../inference/explanation.ts';
import { type ExplanationParts, serveExplanation } from './explanation-route.ts';

/** A flagged stem: pad units. */
const strokes = [
  [300, 300, 500, 100],
  [500, 100, 500, 900],
];
const raster = rasterise(strokes);
const inkOf = (bytes: Uint8Array, from: number, to: number) =>
  bytes.subarray(from * 28, to * 28).reduce((sum, ink) => sum + ink, 0);

/** Believes in a 7 by the ink of the upper rows, and in no ink below. */
const fakeNet = (bytes: Uint8Array) => {
  const seven = Math.min(0.95, inkOf(bytes, 0, 10) / inkOf(raster, 0, 10) - 0.01);
  return Array.from({ length: 10 }, (_, digit) => (digit === 7 ? seven : (1 - seven) / 9));
};

function createAsked(parts: Partial<ExplanationParts['predictor']> = {}) {
  const app = fastify();
  const asked: Uint8Array[] = [];
  const used: string[] = [];
  let clock = 0;
  serveExplanation(app, {
    predictor: {
      async predictOnce(bytes) {
        asked.push(bytes);
        return { model: 'base-1', probabilities: fakeNet(bytes) };
      },
      isIdle: () => true,
      ...parts,
    },
    registry: { use: async room => void used.push(room) },
    now: () => clock,
    wait: async ms => {
      clock += ms;
    },
  });
  const why = async (payload: object) => {
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/api/why', payload });
    return { status: statusCode, answer: JSON.parse(body) };
  };
  return { asked, used, why };
}

test('the ink that counts for the digit is the ink with which its probability rises', async () => {
  const { asked, why } = createAsked();
  const { status, answer } = await why({ strokes });
  expect(status).toBe(200);
  expect(answer.value).toMatchObject({ model: 'base-1', digit: 7, probability: 0.95 });
  const { effects } = answer.value;
  expect(effects).toHaveLength(784);
  const inked = (from: number, to: number) =>
    effects.filter((_: number, i: number) => raster[i]! > 128 && i >= from * 28 && i < to * 28);
  expect(Math.min(...inked(4, 9))).toBeGreaterThan(0.1);
  expect(Math.max(...inked(16, 28).map(Math.abs))).toBeLessThan(0.25);
  expect(Math.max(...effects.map(Math.abs))).toBeLessThanOrEqual(1);
  expect(asked.length).toBe(65);
});

test('a trial takes whole parts of the ink, and its raster stays unchanged', () => {
  const before = raster.slice();
  const { cells, trials } = planTrials(raster);
  expect(raster).toEqual(before);
  expect(cells.length).toBeGreaterThan(5);
  const shares = trials.map(trial => inkOf(trial.raster, 0, 28) / inkOf(raster, 0, 28));
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  expect(Math.min(...shares)).toBeLessThan(0.6);
  expect(planTrials(raster)).toEqual(planTrials(raster));
  expect(planTrials(new Uint8Array(784))).toEqual({ cells: [], trials: [] });
});

test('effects that are too small to see are not scaled up', () => {
  const study = planTrials(raster);
  const probabilities = study.trials.map(({ kept }) => 0.95 + 0.001 * kept[0]!);
  expect(Math.max(...effectsOf(study, probabilities))).toBeLessThan(0.05);
});

test('an explanation waits while drawings wait, and is refused after a while', async () => {
  const { asked, why } = createAsked({ isIdle: () => false });
  expect(await why({ strokes })).toMatchObject({ status: 503, answer: { ok: false, reason: 'overloaded' } });
  expect(asked).toHaveLength(1);
});

test('a version that changes during an explanation, an empty drawing and bad input are refused', async () => {
  let version = 0;
  const { why } = createAsked({
    predictOnce: async bytes => ({ model: `v${version++}`, probabilities: fakeNet(bytes) }),
  });
  expect(await why({ strokes })).toMatchObject({ status: 503, answer: { reason: 'unavailable' } });
  expect(await why({ strokes: [] })).toMatchObject({ status: 400, answer: { reason: 'invalid' } });
  expect(await why({ strokes: [[1]] })).toMatchObject({ status: 400, answer: { reason: 'invalid' } });
});

test('too many explanations are refused with the time to try again', async () => {
  const { why } = createAsked();
  const answers = await Promise.all(Array.from({ length: 40 }, () => why({ strokes: [] })));
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited).toHaveLength(10);
  expect(limited[0]!.answer.retryAfterMs).toBeGreaterThan(0);
});
