import { outputs } from '../model/answers.ts';

/** What a row of a batch asks of the net. An absent answer is not asked. Probabilities sum to 1. */
export interface Target {
  whole?: readonly number[]; // ten
  partial?: readonly number[]; // ten
  finished?: readonly [no: number, yes: number];
}

export const oneHot = (digit: number): readonly number[] =>
  Array.from({ length: 10 }, (_, k) => (k === digit ? 1 : 0));

/** Writes `target` as row `row` of `targets`, n × `outputs`. */
export function writeTarget(targets: Float32Array, { row, target }: { row: number; target: Target }): void {
  const own = targets.subarray(row * outputs, (row + 1) * outputs).fill(0);
  own.set(target.whole ?? []);
  own.set(target.partial ?? [], 10);
  own.set(target.finished ?? [], 20);
}
