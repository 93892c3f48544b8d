import { expect, test } from 'vitest';
import { addMoment, type Moment, percent, readGuess } from './mind.ts';

const towards = (digit: number, probability: number) =>
  Array.from({ length: 10 }, (_, i) => (i === digit ? probability : (1 - probability) / 9));

test('the page commits to a numeral only when the model is sure', () => {
  expect(readGuess(undefined, true)).toEqual({ state: 'blank' });
  expect(readGuess({ probabilities: towards(7, 0.9) }, true)).toEqual({ state: 'blank' });
  expect(readGuess(undefined, false)).toEqual({ state: 'reading' });
  expect(readGuess({ probabilities: towards(7, 0.9) }, false)).toMatchObject({ state: 'decided', digit: 7 });
  const torn = [0, 0.45, 0, 0, 0, 0, 0, 0.55, 0, 0];
  expect(readGuess({ probabilities: torn }, false)).toEqual({
    state: 'undecided',
    digit: 7,
    rival: 1,
    probability: 0.55,
  });
});

test('the ribbon keeps the whole story in a bounded number of moments', () => {
  let moments: Moment[] = [];
  for (let i = 0; i < 5000; i++) moments = addMoment(moments, { probabilities: [i], strokes: 1 });
  expect(moments.length).toBeLessThanOrEqual(241);
  expect(moments[0].probabilities).toEqual([0]);
  expect(moments.at(-1)?.probabilities).toEqual([4999]);
  const order = moments.map(({ probabilities }) => probabilities[0]);
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

test('no guess is called certain', () => {
  expect([0.004, 0.5, 0.986, 0.9999, 1].map(percent)).toEqual(['0 %', '50 %', '99 %', '99 %', '99 %']);
});
