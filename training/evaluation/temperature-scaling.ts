import type { Weights } from '../../shared/weights.ts';
import { answers, outputs } from '../model/answers.ts';
import type { Reading } from './metrics.ts';

/** Temperature scaling (Guo et al. 2017): one number divides all logits. */

const rounds = 40; // of golden-section search: each keeps 0.62 of the range
const range = [Math.log(0.25), Math.log(4)] as const;
const golden = (Math.sqrt(5) - 1) / 2;
const minProbability = 1e-12; // keeps logarithms finite

/** The temperature with the highest likelihood of the labels. */
export function fitTemperature(readings: readonly Reading[]): number {
  const asked = readings.map(({ label, probabilities }) => ({
    label,
    logits: probabilities.map(value => Math.log(Math.max(minProbability, value))),
  }));
  const lossAt = (logTemperature: number) => {
    const scale = Math.exp(-logTemperature);
    return asked.reduce((sum, { label, logits }) => sum + crossEntropyOf(logits, { label, scale }), 0);
  };
  let [low, high]: readonly [number, number] = range;
  for (let i = 0; i < rounds; i++) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (lossAt(a) < lossAt(b)) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}

/** Negative log probability of the label under softmax(logits × scale). */
function crossEntropyOf(
  logits: readonly number[],
  { label, scale }: { label: number; scale: number },
): number {
  const largest = Math.max(...logits);
  const sum = logits.reduce((all, logit) => all + Math.exp((logit - largest) * scale), 0);
  return Math.log(sum) - ((logits[label] ?? 0) - largest) * scale;
}

/**
 * Divides the logits of each answer, in the order of `answers`, by its temperature: folded into the dense layer, so
 * inference costs no more.
 */
export function atTemperatures(weights: Weights, temperatures: readonly number[]): Weights {
  const divisors = answers.flatMap((count, i) => Array<number>(count).fill(temperatures[i] ?? 1));
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      {
        shape,
        data: name.startsWith('dense') ? data.map((value, i) => value / divisors[i % outputs]) : data,
      },
    ]),
  );
}
