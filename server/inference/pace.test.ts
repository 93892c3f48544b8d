import { expect, test } from 'vitest';
import type { Pace } from '../../shared/protocol.ts';
import { createOverloadControl } from './pace.ts';

const calm = { oldestMs: 5, busy: 0.2 };
const seconds = (count: number) => 4 * count;

function setUp() {
  const said: Pace[] = [];
  const { sample, pace } = createOverloadControl(next => said.push(next));
  const see = (load: { oldestMs: number; busy: number }, looks: number) => {
    for (let i = 0; i < looks; i++) sample(load);
  };
  return { said, pace, see };
}

test('[B5] a burst is no overload', () => {
  const { said, pace, see } = setUp();
  for (let i = 0; i < 10; i++) {
    see({ oldestMs: 900, busy: 1 }, seconds(1.5));
    see(calm, 1);
  }
  expect(said).toEqual([]);
  expect(pace()).toEqual({ guessesPerSecond: 30, overloaded: false });
});

test.each([
  ['drawings wait for an engine', { oldestMs: 400, busy: 0.4 }],
  ['ink would wait for the event loop', { oldestMs: 10, busy: 0.97 }],
])('[B5] when %s the pace falls step by step, and each step is told once', (_why, load) => {
  const { said, see } = setUp();
  see(load, seconds(60));
  expect(said).toEqual([
    { guessesPerSecond: 15, overloaded: true },
    { guessesPerSecond: 5, overloaded: true },
  ]);
});

test('[B5] where that is still too much the pace falls further', () => {
  const { pace, see } = setUp();
  see({ oldestMs: 900, busy: 1 }, seconds(60));
  expect(pace()).toEqual({ guessesPerSecond: 2, overloaded: true });
});

test('[B5] the pace rises step by step when the calm lasts', () => {
  const { said, see } = setUp();
  see({ oldestMs: 400, busy: 1 }, seconds(60));
  said.length = 0;
  see(calm, seconds(10));
  see({ oldestMs: 100, busy: 0.6 }, 1);
  see(calm, seconds(10));
  expect(said).toEqual([]);
  see(calm, seconds(20));
  expect(said).toEqual([
    { guessesPerSecond: 15, overloaded: true },
    { guessesPerSecond: 30, overloaded: false },
  ]);
});

test('[B5] a pace that was too much is tried again later each time', () => {
  const { said, see } = setUp();
  const calmUntilFaster = () => {
    let looks = 0;
    for (const before = said.length; said.length === before; looks++) see(calm, 1);
    return looks;
  };
  const overloaded = { oldestMs: 400, busy: 1 };
  see(overloaded, seconds(2));
  const first = calmUntilFaster();
  see(overloaded, seconds(2));
  expect(calmUntilFaster()).toBe(2 * first);
});
