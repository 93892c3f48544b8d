import { answerAt, outputs } from '../model/answers.ts';

/** Targets of a row of a batch. An absent answer has no loss; the sum of an answer is its weight. */
export interface Target {
  whole?: readonly number[]; // ten
  partial?: readonly number[]; // ten
  finished?: readonly [no: number, yes: number];
  isDigit?: readonly [no: number, yes: number];
  sign?: number; // one of `signs`, which only pretraining asks
}

export const oneHot = (digit: number): readonly number[] =>
  Array.from({ length: 10 }, (_, k) => (k === digit ? 1 : 0));

/**
 * Whether ink is finished asks for features that digits do not need: its weight is small. A finished drawing is also the
 * last moment of an unfinished one, of many.
 */
const finishedWeight = 0.3;

/** A digit of which nobody knows how it was drawn. */
export const bitmapTarget = (digit: number): Target => ({
  whole: oneHot(digit),
  isDigit: [0, 1],
});

/** A drawing that is no digit, whole or half drawn. */
export const nonDigitTarget: Target = {
  whole: Array(10).fill(0.1),
  partial: Array(10).fill(0.1),
  isDigit: [1, 0],
};

/** A drawing that its author finished. */
export const wholeTarget = (digit: number): Target => ({
  ...bitmapTarget(digit),
  partial: oneHot(digit).map(value => value * finishedWeight),
  finished: [0, finishedWeight],
});

/** The beginning of a drawing. */
export const prefixTarget = (digit: number): Target => ({
  partial: oneHot(digit),
  finished: [finishedWeight, 0],
});

const signWeight = 0.5; // signs shape the features; digits are what is served

/** Writes `target` as row `row` of `targets`, n × (`outputs` + `signs`). */
export function writeTarget(
  targets: Float32Array,
  { row, target, signs = 0 }: { row: number; target: Target; signs?: number },
): void {
  const width = outputs + signs;
  const own = targets.subarray(row * width, (row + 1) * width).fill(0);
  own.set(target.whole ?? []);
  own.set(target.partial ?? [], answerAt.partial);
  own.set(target.finished ?? [], answerAt.finished);
  own.set(target.isDigit ?? [], answerAt.isDigit);
  if (target.sign !== undefined) own[outputs + target.sign] = signWeight;
}
