import { expect, test } from 'vitest';
import { createRandom, normal } from '../../shared/random.ts';
import type { Weights } from '../../shared/weights.ts';
import { initialWeights } from '../model/network.ts';
import { addTo, clip, normsOf, scaledBy, updateOf } from '../model/weight-update.ts';
import { benignDefaults as honest } from './honest-norms.ts';
import { averageUploads, distance, roundDefaults } from './robust-average.ts';

// Biases of nothing would have no length to take shares of.
const base: Weights = Object.fromEntries(
  Object.entries(initialWeights(1)).map(([name, { shape, data }]) => [
    name,
    { shape, data: data.map(value => (value === 0 ? 0.1 : value)) },
  ]),
);
const round = { base, anchor: base, honest };

/** Moves every learned number at random, as far in each tensor as `times` honest updates. */
function moved(seed: number, { times, from = base }: { times: number; from?: Weights }): Weights {
  const random = createRandom(seed);
  const noise = Object.fromEntries(
    Object.entries(from).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(() => normal(random)) },
    ]),
  );
  const whole = clip(updateOf(zeros(from), noise), { base: from, honest });
  return addTo(from, scaledBy(whole, times));
}

const zeros = (weights: Weights): Weights =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 0) }]),
  );
const opposite = (weights: Weights) => addTo(base, scaledBy(updateOf(base, weights), -1));

test('[FR7] the average of one upload is that one, clipped', () => {
  const gentle = moved(1, { times: 0.5 });
  expect(distance(averageUploads([gentle], round), gentle)).toBeCloseTo(0, 6);
  const greedy = moved(1, { times: 5 });
  expect(distance(averageUploads([greedy], round), moved(1, { times: 1 }))).toBeCloseTo(0, 6);
});

test('[FR7] the order of uploads does not matter, and their average lies between them', () => {
  const three = [1, 2, 3].map(seed => moved(seed, { times: 0.5 }));
  expect(distance(averageUploads(three, round), averageUploads(three.toReversed(), round))).toBeCloseTo(0, 6);
  expect(distance(averageUploads([three[0]!, opposite(three[0]!)], round), base)).toBeCloseTo(0, 6);
  expect(() => averageUploads([], round)).toThrow(/without uploads/);
});

test('[FR7] from five uploads on, one that pulls another way moves nothing that the others agree on', () => {
  const honestOne = moved(1, { times: 0.5 });
  const spoiler = opposite(moved(1, { times: 1 }));
  const four = averageUploads([honestOne, honestOne, honestOne, spoiler], round);
  const five = averageUploads([honestOne, honestOne, honestOne, honestOne, spoiler], round);
  expect(distance(five, honestOne)).toBeCloseTo(0, 6);
  expect(distance(four, honestOne)).toBeGreaterThan(0.01);
});

test('[FR7] a champion stays within the distance, however many steps are promoted', () => {
  let champion = base;
  for (let step = 0; step < 10; step++)
    champion = averageUploads([moved(7, { times: 1, from: champion })], {
      base: champion,
      anchor: base,
      honest,
    });
  const radius = roundDefaults.leash * honest.total;
  expect(distance(champion, base)).toBeCloseTo(radius, 3);
  expect(champion.mean1).toEqual(base.mean1);
});

test('[FR7] a champion that the server trained further away may be trained, but goes no further', () => {
  const far = addTo(base, scaledBy(updateOf(base, moved(8, { times: 1 })), 8));
  const next = averageUploads([moved(8, { times: 1, from: far })], { base: far, anchor: base, honest });
  expect(distance(next, base)).toBeLessThanOrEqual(distance(far, base) * 1.0001);
  expect(normsOf(updateOf(far, next), far).total).toBeLessThan(honest.total);
});
