import { expect, test } from 'vitest';
import { createRandom, normal } from '../../shared/random.ts';
import type { Weights } from '../../shared/weights.ts';
import { benignDefaults, benignNorms } from '../gate/honest-norms.ts';
import { initialWeights } from './network.ts';
import { addTo, between, clip, type Norms, normsOf, scaledBy, updateOf } from './weight-update.ts';

const base = varied(initialWeights(1), { seed: 1, by: 0.1 });

/** Every number moved, batch-norm statistics too. */
function varied(weights: Weights, { seed, by }: { seed: number; by: number }): Weights {
  const random = createRandom(seed);
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(value => value + by * normal(random)) },
    ]),
  );
}

test('the base and its update are the candidate, with the statistics of the base', () => {
  const candidate = varied(base, { seed: 2, by: 0.01 });
  const update = updateOf(base, candidate);
  expect(Object.keys(update)).not.toContain('mean1');
  const again = addTo(base, update);
  expect(again.mean1).toEqual(base.mean1);
  again.dense!.data.forEach((value, i) => {
    expect(value).toBeCloseTo(candidate.dense!.data[i]!, 6);
  });
  expect(normsOf(updateOf(base, base), base).total).toBe(0);
});

test('norms are shares of the base: a tenth more everywhere is a tenth', () => {
  const { total, tensors } = normsOf(scaledBy(updateOf(base, scaled(base, 2)), 0.1), base);
  for (const norm of [total, ...Object.values(tensors)]) expect(norm).toBeCloseTo(0.1, 5);
});

test('a clipped update has what honest ones have, in every tensor and in total, and its own direction', () => {
  for (const by of [0.001, 0.01, 1]) {
    const update = updateOf(base, varied(base, { seed: 3, by }));
    const clipped = clip(update, { base, honest: benignDefaults });
    const norms = normsOf(clipped, base);
    expect(norms.total).toBeLessThanOrEqual(benignDefaults.total * 1.0001);
    for (const [name, norm] of Object.entries(norms.tensors))
      expect(norm).toBeLessThanOrEqual(benignDefaults.tensors[name]! * 1.0001);
    const factor = clipped.dense!.data[0]! / update.dense!.data[0]!;
    clipped.dense!.data.forEach((value, i) => {
      expect(value).toBeCloseTo(factor * update.dense!.data[i]!, 6);
    });
  }
});

test('an update within what honest ones have stays as it is', () => {
  const update = scaledBy(updateOf(base, scaled(base, 2)), 0.001);
  expect(clip(update, { base, honest: benignDefaults })).toEqual(update);
});

test('half way is half the update', () => {
  const to = varied(base, { seed: 4, by: 0.01 });
  const half = normsOf(updateOf(base, between(base, { to, share: 0.5 })), base).total;
  expect(half / normsOf(updateOf(base, to), base).total).toBeCloseTo(0.5, 5);
});

const times = (factor: number): Norms => ({
  total: factor * benignDefaults.total,
  tensors: Object.fromEntries(
    Object.entries(benignDefaults.tensors).map(([name, norm]) => [name, factor * norm]),
  ),
});

test('what is honest follows the last twenty promoted updates, within bounds', () => {
  expect(benignNorms()).toEqual(benignDefaults);
  expect(benignNorms([times(1.2)])).toEqual(times(1.2));
  expect(benignNorms([times(0.7)])).toEqual(benignDefaults); // nineteen are missing yet
  const twenty = Array.from({ length: 20 }, (_, i) => times(i === 3 ? 0.8 : 0.7));
  expect(benignNorms([times(1.4), ...twenty])).toEqual(times(0.8));
  expect(benignNorms(twenty.map(() => times(0.01)))).toEqual(times(0.5));
  expect(benignNorms([times(9)])).toEqual(times(1.5));
});

test('clipped updates, promoted for ever, never raise what counts as honest', () => {
  const history = [times(1.1)];
  for (let i = 0; i < 30; i++) {
    const honest = benignNorms(history);
    const greedy = scaledBy(updateOf(base, scaled(base, 2)), 10);
    history.push(normsOf(clip(greedy, { base, honest }), base));
    expect(benignNorms(history).total).toBeLessThanOrEqual(times(1.1).total * 1.0001);
  }
});

function scaled(weights: Weights, factor: number): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(value => value * factor) },
    ]),
  );
}
