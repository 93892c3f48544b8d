import { expect, test } from 'vitest';
import { isSignificantlyWorse } from './decline.ts';

test.each([
  ['clearly worse', { confirmed: 60, corrected: 40 }, { confirmed: 95, corrected: 5 }, true],
  ['worse by what chance explains', { confirmed: 93, corrected: 7 }, { confirmed: 95, corrected: 5 }, false],
  ['better', { confirmed: 99, corrected: 1 }, { confirmed: 80, corrected: 20 }, false],
  ['too few answers to tell', { confirmed: 0, corrected: 19 }, { confirmed: 100, corrected: 0 }, false],
  ['nothing known of the one before', { confirmed: 0, corrected: 50 }, { confirmed: 3, corrected: 0 }, false],
  ['both perfect', { confirmed: 50, corrected: 0 }, { confirmed: 50, corrected: 0 }, false],
])('[V7] %s', (_case, now, before, worse) => {
  expect(isSignificantlyWorse({ ...now, correctors: 5 }, { ...before, correctors: 5 })).toBe(worse);
});

test('[V7] the corrections of a few people are not enough', () => {
  const before = { confirmed: 95, corrected: 5, correctors: 5 };
  expect(isSignificantlyWorse({ confirmed: 0, corrected: 100, correctors: 4 }, before)).toBe(false);
});
