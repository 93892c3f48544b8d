import type { Weights } from '../shared/weights.ts';
import type { Reading } from './evaluate.ts';

/** How sure the answers should be, after Guo et al. 2017: one number by which all logits are divided. */

const rounds = 40; // of golden section: each leaves 0.62 of the range
const range = [Math.log(0.25), Math.log(4)] as const;
const golden = (Math.sqrt(5) - 1) / 2;
const leastProbability = 1e-12; // keeps logarithms finite

/** The temperature at which the readings' labels are likeliest. */
export function fitTemperature(readings: readonly Reading[]): number {
  return fit(readings.map(({ label, probabilities }) => ({ probabilities, aim: oneHot(label) })));
}

/**
 * The temperature at which `readings` are as sure as `others`, of the same drawings. A model taught on varied drawings
 * is less sure of plain ones than the one it was before: by this it is put right without looking at a single label.
 */
export function matchTemperature(readings: readonly Reading[], others: readonly Reading[]): number {
  return fit(
    readings.map(({ probabilities }, i) => ({ probabilities, aim: others[i]?.probabilities ?? [] })),
  );
}

type Answer = { probabilities: readonly number[]; aim: readonly number[] };

function fit(answers: readonly Answer[]): number {
  const logits = answers.map(({ probabilities, aim }) => ({
    aim,
    logits: probabilities.map(value => Math.log(Math.max(leastProbability, value))),
  }));
  const lossAt = (logTemperature: number) => {
    const scale = Math.exp(-logTemperature);
    return logits.reduce((sum, each) => sum + surprise(each.logits, { aim: each.aim, scale }), 0);
  };
  let [low, high]: readonly [number, number] = range;
  for (let i = 0; i < rounds; i++) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (lossAt(a) < lossAt(b)) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}

const oneHot = (label: number) => Array.from({ length: 10 }, (_, digit) => (digit === label ? 1 : 0));

type Aim = { aim: readonly number[]; scale: number };

/** Cross entropy between the aim and the softmax of the logits times the scale. */
function surprise(logits: readonly number[], { aim, scale }: Aim): number {
  const largest = Math.max(...logits);
  const sum = logits.reduce((all, logit) => all + Math.exp((logit - largest) * scale), 0);
  const aimed = logits.reduce((all, logit, i) => all + (aim[i] ?? 0) * (logit - largest) * scale, 0);
  return Math.log(sum) - aimed;
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
