import { createRandom, normal } from '../../shared/random.ts';
import type { Weights } from '../../shared/weights.ts';
import { answerAt, outputs } from './answers.ts';

/** The net with one more answer of `classes`, which pretraining takes off again. */
export function withExtraAnswer(
  weights: Weights,
  { classes, seed }: { classes: number; seed: number },
): Weights {
  const random = createRandom(seed);
  const { dense, denseBias } = weights;
  const features = dense.shape[0] ?? 0;
  const size = Math.sqrt(1 / features);
  return {
    ...weights,
    dense: widened(dense.data, { rows: features, classes, fill: () => size * normal(random) }),
    denseBias: {
      ...widened(denseBias.data, { rows: 1, classes, fill: () => 0 }),
      shape: [outputs + classes],
    },
  };
}

function widened(
  data: Float32Array,
  { rows, classes, fill }: { rows: number; classes: number; fill: () => number },
) {
  const width = outputs + classes;
  const wide = Float32Array.from({ length: rows * width }, fill);
  for (let row = 0; row < rows; row++)
    wide.set(data.subarray(row * outputs, (row + 1) * outputs), row * width);
  return { shape: [rows, width], data: wide };
}

/** A net of fewer answers than the served one, whose missing ones are zeros; another net as it is. */
export function withAllAnswers(weights: Weights): Weights {
  const { dense, denseBias } = weights;
  const [features = 0, width = 0] = dense.shape;
  if (width >= outputs) return weights;
  const padded = (data: Float32Array, rows: number) => {
    const all = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++)
      all.set(data.subarray(row * width, (row + 1) * width), row * outputs);
    return all;
  };
  return {
    ...weights,
    dense: { shape: [features, outputs], data: padded(dense.data, features) },
    denseBias: { shape: [outputs], data: padded(denseBias.data, 1) },
  };
}

/** The net with the answer whether a drawing is a digit of another one. */
export function withIsDigitOf(weights: Weights, other: Weights): Weights {
  const replaced = (name: 'dense' | 'denseBias') => ({
    shape: weights[name].shape,
    data: weights[name].data.map((value, i) =>
      i % outputs < answerAt.isDigit ? value : other[name].data[i],
    ),
  });
  return { ...weights, dense: replaced('dense'), denseBias: replaced('denseBias') };
}

/** The net with an answer that calls every drawing a digit. */
export function withoutDoubt(weights: Weights): Weights {
  const { dense, denseBias } = weights;
  const isOther = (i: number) => i % outputs < answerAt.isDigit;
  return {
    ...weights,
    dense: { shape: dense.shape, data: dense.data.map((value, i) => (isOther(i) ? value : 0)) },
    denseBias: {
      shape: denseBias.shape,
      data: denseBias.data.map((value, i) => (isOther(i) ? value : i === answerAt.isDigit ? -sure : sure)),
    },
  };
}

const sure = 20; // log-odds of 40: 1 in single precision

/** The served answers alone. */
export function withoutExtraAnswer(weights: Weights): Weights {
  const { dense, denseBias } = weights;
  const [features = 0, width = 0] = dense.shape;
  const data = new Float32Array(features * outputs);
  for (let row = 0; row < features; row++)
    data.set(dense.data.subarray(row * width, row * width + outputs), row * outputs);
  return {
    ...weights,
    dense: { shape: [features, outputs], data },
    denseBias: { shape: [outputs], data: denseBias.data.slice(0, outputs) },
  };
}
