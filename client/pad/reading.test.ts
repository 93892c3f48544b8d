import { expect, test } from 'vitest';
import { percent } from '../language/language.ts';
import { captionOf } from '../models/captions.ts';
import { addSample, contradiction, type PredictionSample, type Reading, readGuess } from './reading.ts';

const towards = (digit: number, probability: number) =>
  Array.from({ length: 10 }, (_, i) => (i === digit ? probability : (1 - probability) / 9));

const drawn = (probabilities: number[] | undefined, { blank = false, paused = false } = {}) =>
  readGuess({ guess: probabilities && { probabilities }, blank, paused });
const ambiguous = [0, 0.45, 0, 0, 0, 0, 0, 0.55, 0, 0];

test('[PR8] the page shows a digit as decided only when the model is sure', () => {
  expect(drawn(undefined, { blank: true })).toEqual({ state: 'blank' });
  expect(drawn(towards(7, 0.9), { blank: true })).toEqual({ state: 'blank' });
  expect(drawn(undefined)).toEqual({ state: 'reading' });
  expect(drawn(towards(7, 0.9))).toMatchObject({ state: 'decided', digit: 7 });
  expect(drawn(ambiguous)).toEqual({ state: 'undecided', digit: 7, rival: 1, probability: 0.55 });
});

test('[PR8] the page shows it when the hand rests and the model is not sure', () => {
  const scene = { label: undefined, link: { state: 'live' } as const, full: false };
  const caption = (probabilities: number[]) =>
    captionOf({ ...scene, reading: drawn(probabilities, { paused: true }) });
  expect(caption(ambiguous)).toBe('Not sure: 7, or 1? Tap what it is.');
  expect(caption(towards(3, 0.2))).toBe('Not sure this is a digit. If it is, tap which.');
  expect(caption(towards(3, 0.9))).toBe('I read 3, 90%. If not, tap what it is.');
  expect(captionOf({ ...scene, reading: drawn(ambiguous) })).toBe('Not sure yet: 7, or 1?');
});

test('the ribbon keeps the whole history in a bounded number of entries', () => {
  let moments: PredictionSample[] = [];
  for (let i = 0; i < 5000; i++) moments = addSample(moments, { probabilities: [i], strokes: 1 });
  expect(moments.length).toBeLessThanOrEqual(241);
  expect(moments[0].probabilities).toEqual([0]);
  expect(moments.at(-1)?.probabilities).toEqual([4999]);
  const order = moments.map(({ probabilities }) => probabilities[0]);
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

test('no prediction is called certain', () => {
  expect([0.004, 0.5, 0.986, 0.9999, 1].map(percent)).toEqual(['0%', '50%', '99%', '99%', '99%']);
});

test('[SO4] a second opinion is shown beside a decided prediction of the same edit that differs', () => {
  const guess = { drawing: 'd', seq: 5 };
  const reading: Reading = { state: 'decided', digit: 1, probability: 0.9 };
  const opinion = { drawing: 'd', seq: 5, digit: 7 };
  expect(contradiction({ guess, reading, opinion })).toBe(7);
  const hidden = [
    { guess, reading, opinion: undefined },
    { guess, reading, opinion: { ...opinion, digit: 1 } },
    { guess, reading, opinion: { ...opinion, seq: 4 } },
    { guess, reading, opinion: { ...opinion, drawing: 'e' } },
    { guess: undefined, reading, opinion },
    { guess, reading: { state: 'unsure', digit: 1, rival: 7, probability: 0.5 } as const, opinion },
    { guess, reading: { state: 'blank' } as const, opinion },
  ];
  for (const each of hidden) expect(contradiction(each)).toBeUndefined();
});
