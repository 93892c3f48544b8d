import { expect, test } from 'vitest';
import type { Pace } from '../../shared/protocol.ts';
import { createOverloadControl } from './pace.ts';

const calm = { oldestMs: 5, busy: 0.2 };
const seconds = (count: number) => 4 * count;

function setUp() {
  const changes: Pace[] = [];
  const { sample, pace } = createOverloadControl(next => changes.push(next));
  const sampleFor = (load: { oldestMs: number; busy: number }, samples: number) => {
    for (let i = 0; i < samples; i++) sample(load);
  };
  return { changes, pace, sampleFor };
}

test('[B5] a burst is no overload', () => {
  const { changes, pace, sampleFor } = setUp();
  for (let i = 0; i < 10; i++) {
    sampleFor({ oldestMs: 900, busy: 1 }, seconds(1.5));
    sampleFor(calm, 1);
  }
  expect(changes).toEqual([]);
  expect(pace()).toEqual({ guessesPerSecond: 30, overloaded: false });
});

test.each([
  ['drawings wait for an engine', { oldestMs: 400, busy: 0.4 }],
  ['ink would wait for the event loop', { oldestMs: 10, busy: 0.97 }],
])('[B5] when %s the pace falls step by step, and each step is reported once', (_why, load) => {
  const { changes, sampleFor } = setUp();
  sampleFor(load, seconds(60));
  expect(changes).toEqual([
    { guessesPerSecond: 15, overloaded: true },
    { guessesPerSecond: 5, overloaded: true },
  ]);
});

test('[B5] where that is still too much the pace falls further', () => {
  const { pace, sampleFor } = setUp();
  sampleFor({ oldestMs: 900, busy: 1 }, seconds(60));
  expect(pace()).toEqual({ guessesPerSecond: 2, overloaded: true });
});

test('[B5] the pace rises step by step when the calm lasts', () => {
  const { changes, sampleFor } = setUp();
  sampleFor({ oldestMs: 400, busy: 1 }, seconds(60));
  changes.length = 0;
  sampleFor(calm, seconds(10));
  sampleFor({ oldestMs: 100, busy: 0.6 }, 1);
  sampleFor(calm, seconds(10));
  expect(changes).toEqual([]);
  sampleFor(calm, seconds(20));
  expect(changes).toEqual([
    { guessesPerSecond: 15, overloaded: true },
    { guessesPerSecond: 30, overloaded: false },
  ]);
});

test('[B5] a pace that was too much is tried again later each time', () => {
  const { changes, sampleFor } = setUp();
  const calmUntilFaster = () => {
    let samples = 0;
    for (const before = changes.length; changes.length === before; samples++) sampleFor(calm, 1);
    return samples;
  };
  const overloaded = { oldestMs: 400, busy: 1 };
  sampleFor(overloaded, seconds(2));
  const first = calmUntilFaster();
  sampleFor(overloaded, seconds(2));
  expect(calmUntilFaster()).toBe(2 * first);
});
