import type { Tensor, Weights } from '../../shared/weights.ts';
import { isLearned } from './learned.ts';

/** Candidate minus base, for learned tensors only: batch-norm statistics are excluded. */
export type Update = Readonly<Record<string, Tensor>>;

/** L2 norms relative to the base: one for each learned tensor, and the total over all of them. */
export type Norms = { total: number; tensors: Readonly<Record<string, number>> };

export function updateOf(base: Weights, candidate: Weights): Update {
  return Object.fromEntries(
    learned(base).map(([name, { shape, data }]) => {
      const other = dataOf(candidate, name);
      return [name, { shape, data: data.map((value, i) => other[i] - value) }];
    }),
  );
}

/** The base plus the update. Batch-norm statistics are those of the base. */
export function addTo(base: Weights, update: Update): Weights {
  return Object.fromEntries(
    Object.entries(base).map(([name, { shape, data }]) => {
      const change = update[name]?.data;
      return [name, { shape, data: data.map((value, i) => value + (change?.[i] ?? 0)) }];
    }),
  );
}

/** Interpolates from `from` to `to` by `share`. Batch-norm statistics are those of `from`. */
export const between = (from: Weights, { to, share }: { to: Weights; share: number }): Weights =>
  addTo(from, scaledBy(updateOf(from, to), share));

export function normsOf(update: Update, base: Weights): Norms {
  const tensors = learned(base).map(([name, { data }]) => {
    return { name, changed: lengthOf(dataOf(update, name)), whole: lengthOf(data) };
  });
  const changed = Math.hypot(...tensors.map(tensor => tensor.changed));
  const whole = Math.hypot(...tensors.map(tensor => tensor.whole));
  return {
    total: shareOf(changed, whole),
    tensors: Object.fromEntries(tensors.map(tensor => [tensor.name, shareOf(tensor.changed, tensor.whole)])),
  };
}

/** Scales the update down to the `benign` norms: first each tensor, then all of them together. */
export function clip(update: Update, { base, benign }: { base: Weights; benign: Norms }): Update {
  const { tensors } = normsOf(update, base);
  const each = Object.fromEntries(
    Object.entries(update).map(([name, tensor]) => {
      return [name, scaled(tensor, clipFactor(benign.tensors[name] ?? 0, tensors[name]))];
    }),
  );
  const { total } = normsOf(each, base);
  return scaledBy(each, clipFactor(benign.total, total));
}

export function scaledBy(update: Update, factor: number): Update {
  return Object.fromEntries(Object.entries(update).map(([name, tensor]) => [name, scaled(tensor, factor)]));
}

function scaled({ shape, data }: Tensor, factor: number): Tensor {
  return { shape, data: data.map(value => value * factor) };
}

const clipFactor = (max: number, found: number) => (found > max ? max / found : 1);
const shareOf = (part: number, whole: number) => (part === 0 ? 0 : part / whole);
const learned = (weights: Weights) => Object.entries(weights).filter(([name]) => isLearned(name));
const lengthOf = (data: Float32Array) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));

function dataOf(weights: Weights, name: string): Float32Array {
  const tensor = weights[name];
  if (tensor === undefined) throw new Error(`The weights have no tensor ${name}.`);
  return tensor.data;
}
