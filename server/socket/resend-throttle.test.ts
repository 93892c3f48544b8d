import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createResendThrottle, type ResendThrottle } from './resend-throttle.ts';

let sent: string[];
let resender: ResendThrottle;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  resender = createResendThrottle(drawing => sent.push(drawing));
});
afterEach(() => {
  resender.stop();
  vi.useRealTimers();
});

test('[R6] a drawing is asked for once, and once more if edits followed that did not fit', () => {
  for (let edit = 0; edit < 100; edit++) resender.ask('a', 0);
  expect(sent).toEqual(['a']);
  vi.advanceTimersByTime(10_000);
  expect(sent).toEqual(['a', 'a']);
  vi.advanceTimersByTime(10_000);
  expect(sent).toHaveLength(2);
});

test('[R6] an edit that did not fit alone is asked for once', () => {
  resender.ask('a', 0);
  vi.advanceTimersByTime(10_000);
  expect(sent).toEqual(['a']);
});

test('[R6] [S4] a draw over the limit is asked for when the limit allows it', () => {
  resender.ask('a', 2_000);
  resender.ask('a', 1_900);
  vi.advanceTimersByTime(2_000);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(sent).toEqual(['a']);
});

test('a throttle that is stopped sends nothing more', () => {
  resender.ask('a', 0);
  resender.ask('b', 0);
  resender.stop();
  vi.advanceTimersByTime(10_000);
  expect(sent).toEqual(['a']);
});
