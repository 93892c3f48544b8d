import { expect, test } from 'vitest';
import { createRandom, normal } from '../../shared/random.ts';
import type { Weights } from '../../shared/weights.ts';
import { initialWeights } from '../model/network.ts';
import { addTo, clip, normsOf, scaledBy, updateOf } from '../model/weight-update.ts';
import { benignDefaults as benign } from './benign-norms.ts';
import { averageUploads, distance, roundDefaults } from './robust-average.ts';

// Zero biases have no norm, and norms are relative.
const base: Weights = Object.fromEntries(
  Object.entries(initialWeights(1)).map(([name, { shape, data }]) => [
    name,
    { shape, data: data.map(value => (value === 0 ? 0.1 : value)) },
  ]),
);
const round = { base, anchor: base, benign };

/** Adds noise to every learned number; in each tensor as long as `times` benign updates. */
function moved(seed: number, { times, from = base }: { times: number; from?: Weights }): Weights {
  const random = createRandom(seed);
  const noise = Object.fromEntries(
    Object.entries(from).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(() => normal(random)) },
    ]),
  );
  const whole = clip(updateOf(zeros(from), noise), { base: from, benign });
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
  const benignUpload = moved(1, { times: 0.5 });
  const opposed = opposite(moved(1, { times: 1 }));
  const four = averageUploads([benignUpload, benignUpload, benignUpload, opposed], round);
  const five = averageUploads([benignUpload, benignUpload, benignUpload, benignUpload, opposed], round);
  expect(distance(five, benignUpload)).toBeCloseTo(0, 6);
  expect(distance(four, benignUpload)).toBeGreaterThan(0.01);
});

test('[FR7] a champion stays within the distance, however many steps are promoted', () => {
  let champion = base;
  for (let step = 0; step < 10; step++)
    champion = averageUploads([moved(7, { times: 1, from: champion })], {
      base: champion,
      anchor: base,
      benign,
    });
  const radius = roundDefaults.maxDrift * benign.total;
  expect(distance(champion, base)).toBeCloseTo(radius, 3);
  expect(champion.mean1).toEqual(base.mean1);
});

test('[FR7] a champion that the server trained further away may be trained, but goes no further', () => {
  const far = addTo(base, scaledBy(updateOf(base, moved(8, { times: 1 })), 8));
  const next = averageUploads([moved(8, { times: 1, from: far })], { base: far, anchor: base, benign });
  expect(distance(next, base)).toBeLessThanOrEqual(distance(far, base) * 1.0001);
  expect(normsOf(updateOf(far, next), far).total).toBeLessThan(benign.total);
});
