import type { Tensor, Weights } from '../../shared/weights.ts';
import { isLearned } from './learned.ts';

/** What a training changed: candidate minus base, of the learned tensors. Batch-norm statistics are none of it. */
export type Update = Readonly<Record<string, Tensor>>;

/** Lengths (L2) as shares of the base's: of each learned tensor, and of all of them together. */
export type Norms = { total: number; tensors: Readonly<Record<string, number>> };

export function updateOf(base: Weights, candidate: Weights): Update {
  return Object.fromEntries(
    learned(base).map(([name, { shape, data }]) => {
      const other = dataOf(candidate, name);
      return [name, { shape, data: data.map((value, i) => other[i] - value) }];
    }),
  );
}

/** The base with the update on it, and with the base's batch-norm statistics. */
export function addTo(base: Weights, update: Update): Weights {
  return Object.fromEntries(
    Object.entries(base).map(([name, { shape, data }]) => {
      const change = update[name]?.data;
      return [name, { shape, data: data.map((value, i) => value + (change?.[i] ?? 0)) }];
    }),
  );
}

/** `share` of the way from one to the other, with the batch-norm statistics of the first. */
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

/** The update, shortened to what `honest` training changes: first each tensor, then all of them together. */
export function clip(update: Update, { base, honest }: { base: Weights; honest: Norms }): Update {
  const { tensors } = normsOf(update, base);
  const each = Object.fromEntries(
    Object.entries(update).map(([name, tensor]) => {
      return [name, scaled(tensor, within(honest.tensors[name] ?? 0, tensors[name]))];
    }),
  );
  const { total } = normsOf(each, base);
  return scaledBy(each, within(honest.total, total));
}

export function scaledBy(update: Update, factor: number): Update {
  return Object.fromEntries(Object.entries(update).map(([name, tensor]) => [name, scaled(tensor, factor)]));
}

function scaled({ shape, data }: Tensor, factor: number): Tensor {
  return { shape, data: data.map(value => value * factor) };
}

const within = (most: number, found: number) => (found > most ? most / found : 1);
const shareOf = (part: number, whole: number) => (part === 0 ? 0 : part / whole);
const learned = (weights: Weights) => Object.entries(weights).filter(([name]) => isLearned(name));
const lengthOf = (data: Float32Array) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));

function dataOf(weights: Weights, name: string): Float32Array {
  const tensor = weights[name];
  if (tensor === undefined) throw new Error(`There is no tensor ${name}`);
  return tensor.data;
}
