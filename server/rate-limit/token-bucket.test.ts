import { describe, expect, test } from 'vitest';
import { createLimiter, maxKeys } from './token-bucket.ts';

test('[A6] a burst passes, then so many a second, and a request that comes too early gets the time to wait', () => {
  let nowMs = 0;
  const limiter = createLimiter({ perSecond: 10, burst: 5 }, () => nowMs);
  for (let take = 0; take < 5; take++) expect(limiter.take('ada')).toBe(0);
  expect(limiter.take('ada')).toBe(100);
  nowMs += 100;
  expect(limiter.take('ada')).toBe(0);
  expect(limiter.take('ada')).toBe(100);
});

test('keys have separate buckets, and sweeping refills none', () => {
  let nowMs = 0;
  const limiter = createLimiter({ perSecond: 10, burst: 5 }, () => nowMs);
  for (let take = 0; take < 5; take++) limiter.take('ada');
  for (let i = 0; i < 2_000; i++) limiter.take(`address ${i}`);
  expect(limiter.take('bob')).toBe(0);
  expect(limiter.take('ada')).toBeGreaterThan(0);
  nowMs += 60_000;
  for (let i = 0; i < 2_000; i++) limiter.take(`another ${i}`);
  expect(limiter.take('ada', 5)).toBe(0);
});

describe('addresses of IPv6', () => {
  const limiterOf = (burst: number) => createLimiter({ perSecond: 1, burst }, () => 0);

  test('[S5] a network of 64 bits has one bucket, whatever address in it asks', () => {
    const limiter = limiterOf(2);
    expect(limiter.take('2001:db8::1')).toBe(0);
    expect(limiter.take('2001:db8::2')).toBe(0);
    expect(limiter.take('2001:db8::3')).toBeGreaterThan(0);
    expect(limiter.take('2001:db8:0:1::1')).toBe(0);
  });

  test('[S5] a site of 48 bits has sixteen', () => {
    const limiter = limiterOf(1);
    const asked = Array.from({ length: 100 }, (_, i) => limiter.take(`2001:db8:7:${i.toString(16)}::1`));
    expect(asked.filter(waitMs => waitMs === 0)).toHaveLength(16);
    expect(limiter.take('2001:db8:8::1')).toBe(0);
  });

  test('[S5] an IPv4 address has one bucket, also as IPv6 writes it', () => {
    const limiter = limiterOf(1);
    expect(limiter.take('192.0.2.7')).toBe(0);
    expect(limiter.take('::ffff:192.0.2.7')).toBeGreaterThan(0);
  });
});

test('a limiter forgets full buckets by itself and holds a bounded number of others', () => {
  let nowMs = 0;
  const limiter = createLimiter({ perSecond: 10, burst: 5 }, () => nowMs);
  for (let i = 0; i < 200_000; i++) {
    limiter.take(`address ${i}`);
    nowMs += 1;
  }
  expect(limiter.size()).toBeLessThan(2_000);
  for (let i = 0; i < 200_000; i++) limiter.take(`address ${i}`);
  expect(limiter.size()).toBeGreaterThan(maxKeys / 2);
  expect(limiter.size()).toBeLessThanOrEqual(maxKeys);
});
