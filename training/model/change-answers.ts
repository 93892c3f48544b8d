import { createRandom, normal } from '../../shared/random.ts';
import type { Weights } from '../../shared/weights.ts';
import { answerAt, outputs } from './answers.ts';

/** The net with one more answer of `classes`, which pretraining takes off again. */
export function withExtraAnswer(
  weights: Weights,
  { classes, seed }: { classes: number; seed: number },
): Weights {
  const random = createRandom(seed);
  const size = Math.sqrt(1 / (weights.dense.shape[0] ?? 1));
  const initial = (name: DenseName) => (name === 'dense' ? size * normal(random) : 0);
  return withColumns(weights, {
    width: outputs + classes,
    numberAt: (own, { name }) => own ?? initial(name),
  });
}

/** The net with the served answers alone. Those that it lacks are zeros. */
export const withServedAnswers = (weights: Weights): Weights =>
  withColumns(weights, { width: outputs, numberAt: own => own ?? 0 });

/** The net with another one's answer whether a drawing is a digit. */
export const withIsDigitOf = (weights: Weights, other: Weights): Weights =>
  withColumns(weights, {
    width: outputs,
    numberAt: (own = 0, { name, row, column }) =>
      column < answerAt.isDigit ? own : other[name].data[row * outputs + column],
  });

const sure = 20; // log-odds of 40: 1 in single precision

/** The net with an answer that calls every drawing a digit. */
export const withoutDoubt = (weights: Weights): Weights =>
  withColumns(weights, {
    width: outputs,
    numberAt: (own = 0, { name, column }) => {
      if (column < answerAt.isDigit) return own;
      if (name === 'dense') return 0;
      return column === answerAt.isDigit ? -sure : sure;
    },
  });

type DenseName = 'dense' | 'denseBias';
type NumberAt = (own: number | undefined, place: { name: DenseName; row: number; column: number }) => number;

/** The net with `width` outputs, each number what `numberAt` makes of the one in its place, if there was one. */
function withColumns(weights: Weights, { width, numberAt }: { width: number; numberAt: NumberAt }): Weights {
  const [features = 0, before = 0] = weights.dense.shape;
  const numbersOf = (name: DenseName, rows: number) =>
    Float32Array.from({ length: rows * width }, (_, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      const own = column < before ? weights[name].data[row * before + column] : undefined;
      return numberAt(own, { name, row, column });
    });
  return {
    ...weights,
    dense: { shape: [features, width], data: numbersOf('dense', features) },
    denseBias: { shape: [width], data: numbersOf('denseBias', 1) },
  };
}
