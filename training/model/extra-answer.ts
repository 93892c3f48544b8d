import { createRandom, normal } from '../../shared/random.ts';
import type { Weights } from '../../shared/weights.ts';
import { outputs } from './answers.ts';

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
