import { expect, test } from 'vitest';
import { createSigningClock } from './signs-of-work.ts';

test('[J13] each part of the work is a sign, of which one a second is sent', () => {
  let [nowMs, signs] = [0, 0];
  const clock = createSigningClock(
    () => nowMs,
    () => signs++,
  );
  const counts: number[] = [];
  for (nowMs of [0, 10, 990, 1_000, 1_500, 90_000, 90_001]) {
    expect(clock()).toBe(nowMs);
    counts.push(signs);
  }
  expect(counts).toEqual([1, 1, 1, 2, 2, 3, 3]);
});
