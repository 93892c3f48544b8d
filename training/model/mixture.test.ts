import { describe, expect, test } from 'vitest';
import { outputs } from './answers.ts';
import {
  finishedProbability,
  isAtRest,
  mix,
  mixtureDefaults,
  type PenState,
  wholeAnswer,
} from './mixture.ts';

const states: PenState[] = ['down', 'up', 'unknown'];
const shares = [0, 0.001, 0.3, 0.5, 0.9, 1];
const restsMs = [0, 1, 50, 200, 349, 350, 800, 1_500, 10_000, Number.MAX_SAFE_INTEGER];
const oneHot = (digit: number) => Array.from({ length: 10 }, (_, k) => (k === digit ? 1 : 0));

/** The outputs of a drawing that is a 7 as a whole and a 2 as a beginning. */
const read = (finished: number) => [...oneHot(7), ...oneHot(2), 1 - finished, finished, 0, 1];

describe.each(states)('with the pen %s', state => {
  test('[PR10] the probability of finished is between 0 and 1, and no longer rest and no more finished ink lowers it', () => {
    for (const byInk of shares) {
      const rising = restsMs.map(restMs => finishedProbability(byInk, { state, restMs }));
      expect(rising).toEqual(rising.toSorted((a, b) => a - b));
      expect(rising.every(p => p >= 0 && p <= 1)).toBe(true);
    }
    for (const restMs of restsMs) {
      const rising = shares.map(byInk => finishedProbability(byInk, { state, restMs }));
      expect(rising).toEqual(rising.toSorted((a, b) => a - b));
    }
  });

  test('[PR10] a hand at rest shows the whole answer alone', () => {
    const [, restMs] = mixtureDefaults.pens[state].shownMs;
    expect(isAtRest({ state, restMs })).toBe(true);
    expect(isAtRest({ state, restMs: restMs - 1 })).toBe(false);
    expect(mix(read(0), { state, restMs })).toEqual(oneHot(7));
  });

  test('[PR10] a mixture sums to 1 and lies between whole and partial', () => {
    for (const restMs of restsMs) {
      const mixed = mix(read(0.4), { state, restMs });
      expect(mixed.reduce((sum, p) => sum + p)).toBeCloseTo(1);
      expect(mixed.every(p => p >= 0 && p <= 1)).toBe(true);
      expect(mixed[7]).toBeCloseTo(finishedProbability(0.4, { state, restMs }));
    }
  });
});

test('[PR10] a pen that draws means unfinished, even where the ink looks finished', () => {
  expect(finishedProbability(0.9, { state: 'down', restMs: 0 })).toBeLessThan(0.05);
  expect(finishedProbability(0.9, { state: 'up', restMs: 0 })).toBeGreaterThan(0.5);
});

test('[PR12] a client that reports nothing of its pen is read by the time since its last point', () => {
  const after = (restMs: number) => finishedProbability(0.9, { state: 'unknown', restMs });
  expect(after(0)).toBeLessThan(finishedProbability(0.9, { state: 'up', restMs: 0 }));
  expect(after(0)).toBeGreaterThan(finishedProbability(0.9, { state: 'down', restMs: 0 }));
  expect(after(1_000)).toBe(1);
});

test('[PR10] a finished drawing has the whole answer, whatever the ink', () => {
  expect(mix(read(0), { state: 'done' })).toEqual(oneHot(7));
  expect(wholeAnswer(read(0))).toEqual(oneHot(7));
  expect(read(0)).toHaveLength(outputs);
});
