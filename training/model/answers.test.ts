import { expect, test } from 'vitest';
import { answerAt, answers, outputs, readInPlace, wholeOf } from './answers.ts';
import { withExtraAnswer, withIsDigitOf, withoutDoubt, withServedAnswers } from './change-answers.ts';
import { initialWeights } from './network.ts';

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** Logits of one drawing that is surely a 7 if it is a digit. */
function logitsOf(isDigit: number): Float32Array {
  const logits = new Float32Array(outputs);
  logits.set([0, 1, 2, 0, 0, 0, 0, 12, 3, 4]);
  logits[answerAt.partial + 2] = 5;
  logits[answerAt.isDigit + 1] = isDigit;
  return logits;
}

test('the answers stand one after the other and fill the outputs', () => {
  expect(sum(answers)).toBe(outputs);
  expect(Object.values(answerAt)).toEqual(answers.map((_, i) => sum(answers.slice(0, i))));
});

test('a drawing that is no digit is read as every digit alike, a digit as before', () => {
  expect(wholeOf(readInPlace(logitsOf(40)))[7]).toBeGreaterThan(0.99);
  for (const probability of wholeOf(readInPlace(logitsOf(-40)))) expect(probability).toBeCloseTo(0.1);
});

test('doubt changes neither the order of the digits nor the answer to beginnings', () => {
  const sure = readInPlace(logitsOf(40));
  const order = (read: Float32Array) =>
    Array.from({ length: 10 }, (_, digit) => digit).toSorted((a, b) => read[b] - read[a]);
  for (const isDigit of [-1, 0, 2]) {
    const read = readInPlace(logitsOf(isDigit));
    expect(order(read)).toEqual(order(sure));
    expect(sum(wholeOf(read))).toBeCloseTo(1);
    expect(read.slice(answerAt.partial, answerAt.isDigit)).toEqual(
      sure.slice(answerAt.partial, answerAt.isDigit),
    );
  }
});

test('a net of fewer answers keeps them, and a net takes the doubt of another one alone', () => {
  const all = initialWeights(1);
  const { dense, denseBias } = all;
  const columns = (data: Float32Array, width: number, to: number) => data.filter((_, i) => i % width < to);
  const fewer = {
    ...all,
    dense: {
      shape: [dense.shape[0] ?? 0, answerAt.isDigit],
      data: columns(dense.data, outputs, answerAt.isDigit),
    },
    denseBias: { shape: [answerAt.isDigit], data: denseBias.data.slice(0, answerAt.isDigit) },
  };
  const padded = withServedAnswers(fewer);
  expect(columns(padded.dense.data, outputs, answerAt.isDigit)).toEqual(fewer.dense.data);
  expect(withIsDigitOf(padded, all)).toEqual(all);
  expect(withServedAnswers(withExtraAnswer(all, { classes: 3, seed: 1 }))).toEqual(all);
  const certain = withoutDoubt(all);
  expect(withIsDigitOf(certain, all)).toEqual(all);
  expect(certain.denseBias.data[answerAt.isDigit + 1]).toBeGreaterThan(0);
});
