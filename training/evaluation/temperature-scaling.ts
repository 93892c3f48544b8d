import type { Weights } from '../../shared/weights.ts';
import type { Reading } from './metrics.ts';

/** How sure the answers should be, after Guo et al. 2017: one number by which all logits are divided. */

const rounds = 40; // of golden section: each leaves 0.62 of the range
const range = [Math.log(0.25), Math.log(4)] as const;
const golden = (Math.sqrt(5) - 1) / 2;
const leastProbability = 1e-12; // keeps logarithms finite

/** The temperature at which the readings' labels are likeliest. */
export function fitTemperature(readings: readonly Reading[]): number {
  const answers = readings.map(({ label, probabilities }) => ({
    label,
    logits: probabilities.map(value => Math.log(Math.max(leastProbability, value))),
  }));
  const lossAt = (logTemperature: number) => {
    const scale = Math.exp(-logTemperature);
    return answers.reduce((sum, { label, logits }) => sum + surprise(logits, { label, scale }), 0);
  };
  let [low, high]: readonly [number, number] = range;
  for (let i = 0; i < rounds; i++) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (lossAt(a) < lossAt(b)) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}

/** Minus the logarithm of what the softmax of the logits times the scale gives the label. */
function surprise(logits: readonly number[], { label, scale }: { label: number; scale: number }): number {
  const largest = Math.max(...logits);
  const sum = logits.reduce((all, logit) => all + Math.exp((logit - largest) * scale), 0);
  return Math.log(sum) - ((logits[label] ?? 0) - largest) * scale;
}

/** The same answers, as sure as the temperature makes them: folded into the dense layer, so it costs nothing. */
export function atTemperature(weights: Weights, temperature: number): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      { shape, data: name.startsWith('dense') ? data.map(value => value / temperature) : data },
    ]),
  );
}
