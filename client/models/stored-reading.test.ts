import { expect, test } from 'vitest';
import { sample } from '../testing/fake-api.ts';
import { readingsOf } from './stored-reading.ts';

const distribution = (digit: number, probability: number) =>
  Array.from({ length: 10 }, (_, i) => (i === digit ? probability : (1 - probability) / 9));
const read = (digit: number, probability: number) => ({
  guess: digit,
  probabilities: distribution(digit, probability),
});
const reread = (digit: number, probability: number) => ({
  reread: { model: 'taught-1', digit, probabilities: distribution(digit, probability) },
});

test.each([
  ['never read again', read(4, 0.9), { now: { digit: 4, sure: true } }],
  [
    'another digit',
    { ...read(4, 0.9), ...reread(7, 0.95) },
    { now: { digit: 7, sure: true }, was: { digit: 4, sure: true } },
  ],
  [
    'decided now',
    { ...read(7, 0.5), ...reread(7, 0.95) },
    { now: { digit: 7, sure: true }, was: { digit: 7, sure: false } },
  ],
  ['the same digit', { ...read(7, 0.9), ...reread(7, 0.95) }, { now: { digit: 7, sure: true } }],
  ['not sure, as before', { ...read(7, 0.5), ...reread(2, 0.5) }, { now: { digit: 2, sure: false } }],
  ['read for the first time', { guess: null, ...reread(7, 0.95) }, { now: { digit: 7, sure: true } }],
])('[F11] a stored drawing shows what it was only where that differs: %s', (_what, change, shown) => {
  expect(readingsOf(sample(1, change))).toEqual(shown);
});
