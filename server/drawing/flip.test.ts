import { expect, test } from 'vitest';
import { flippedFrom } from './flip.ts';

const reading = (model: string, digit: number, probability: number) => ({
  seq: 1,
  edits: 4,
  model,
  distribution: Array.from({ length: 10 }, (_, i) => (i === digit ? probability : (1 - probability) / 9)),
});
const before = reading('base', 4, 0.9);
const unsure = reading('base', 7, 0.7);

test.each([
  ['another digit', before, reading('a', 7, 0.9), before],
  ['decided now', unsure, reading('a', 7, 0.9), unsure],
  ['no longer decided', before, reading('a', 4, 0.7), before],
  ['the same digit', before, reading('a', 4, 0.99), undefined],
  ['as unsure as before, whatever it leans to', unsure, reading('a', 2, 0.7), undefined],
  ['the same version', before, reading('base', 7, 0.9), undefined],
  ['other ink', before, { ...reading('a', 7, 0.9), edits: 5 }, undefined],
  ['never predicted before', undefined, reading('a', 7, 0.9), undefined],
])('[F11] a drawing flips only where a page shows it: %s', (_what, earlier, now, was) => {
  expect(flippedFrom(earlier, now)).toBe(was?.distribution);
});
