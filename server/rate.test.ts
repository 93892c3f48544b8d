import { expect, test } from 'vitest';
import { createLimiter } from './rate.ts';

test('a burst is allowed, then so many a second, and who asks too early is told how long to wait', () => {
  let nowMs = 0;
  const limiter = createLimiter({ perSecond: 10, burst: 5 }, () => nowMs);
  for (let take = 0; take < 5; take++) expect(limiter.take('ada')).toBe(0);
  expect(limiter.take('ada')).toBe(100);
  nowMs += 100;
  expect(limiter.take('ada')).toBe(0);
  expect(limiter.take('ada')).toBe(100);
});

test('one does not pay for another, and forgetting the idle forgives nobody', () => {
  let nowMs = 0;
  const limiter = createLimiter({ perSecond: 10, burst: 5 }, () => nowMs);
  for (let take = 0; take < 5; take++) limiter.take('ada');
  limiter.sweep();
  expect(limiter.take('bob')).toBe(0);
  expect(limiter.take('ada')).toBeGreaterThan(0);
  nowMs += 60_000;
  limiter.sweep();
  expect(limiter.take('ada', 5)).toBe(0);
});
