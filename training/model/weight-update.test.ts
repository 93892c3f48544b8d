import { expect, test } from 'vitest';
import { createRandom, normal } from '../../shared/random.ts';
import type { Weights } from '../../shared/weights.ts';
import { benignDefaults, benignNorms } from '../gate/benign-norms.ts';
import { initialWeights } from './network.ts';
import { addTo, between, clip, type Norms, normsOf, scaledBy, updateOf } from './weight-update.ts';

const base = varied(initialWeights(1), { seed: 1, by: 0.1 });

/** Adds noise to every number, batch-norm statistics included. */
function varied(weights: Weights, { seed, by }: { seed: number; by: number }): Weights {
  const random = createRandom(seed);
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(value => value + by * normal(random)) },
    ]),
  );
}

test('base plus update is the candidate with the statistics of the base', () => {
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

test('norms are relative to the base: scaling every tensor by 1.1 gives 0.1', () => {
  const { total, tensors } = normsOf(scaledBy(updateOf(base, scaled(base, 2)), 0.1), base);
  for (const norm of [total, ...Object.values(tensors)]) expect(norm).toBeCloseTo(0.1, 5);
});

test('clip limits the norm of every tensor and the total norm, and keeps the direction', () => {
  for (const by of [0.001, 0.01, 1]) {
    const update = updateOf(base, varied(base, { seed: 3, by }));
    const clipped = clip(update, { base, benign: benignDefaults });
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

test('clip keeps an update within the benign norms unchanged', () => {
  const update = scaledBy(updateOf(base, scaled(base, 2)), 0.001);
  expect(clip(update, { base, benign: benignDefaults })).toEqual(update);
});

test('between at share 0.5 gives half the update', () => {
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

test('benign norms follow the last twenty promoted updates, within bounds', () => {
  expect(benignNorms()).toEqual(benignDefaults);
  expect(benignNorms([times(1.2)])).toEqual(times(1.2));
  expect(benignNorms([times(0.7)])).toEqual(benignDefaults); // nineteen of twenty are still missing
  const twenty = Array.from({ length: 20 }, (_, i) => times(i === 3 ? 0.8 : 0.7));
  expect(benignNorms([times(1.4), ...twenty])).toEqual(times(0.8));
  expect(benignNorms(twenty.map(() => times(0.01)))).toEqual(times(0.5));
  expect(benignNorms([times(9)])).toEqual(times(1.5));
});

test('promoting clipped updates repeatedly never raises the benign norms', () => {
  const history = [times(1.1)];
  for (let i = 0; i < 30; i++) {
    const benign = benignNorms(history);
    const greedy = scaledBy(updateOf(base, scaled(base, 2)), 10);
    history.push(normsOf(clip(greedy, { base, benign }), base));
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
