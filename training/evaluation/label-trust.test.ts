import { expect, test } from 'vitest';
import { createRandom, int, normal } from '../../shared/random.ts';
import { rasterise } from '../../shared/rasterise.ts';
import type { LabelledSample } from '../dataset/labelled-samples.ts';
import { estimateTrust } from './label-trust.ts';
import type { Reading } from './metrics.ts';

/** One shape for each digit. */
const hands = [
  [50, 0, 15, 20, 10, 50, 20, 85, 50, 100, 80, 80, 90, 50, 80, 20, 50, 0],
  [20, 30, 50, 0, 50, 100],
  [10, 20, 45, 0, 80, 20, 10, 100, 90, 100],
  [10, 0, 80, 10, 40, 45, 80, 75, 10, 100],
  [60, 100, 60, 0, 10, 65, 95, 65],
  [80, 0, 20, 0, 20, 45, 75, 50, 75, 90, 15, 100],
  [70, 0, 25, 45, 20, 85, 60, 100, 75, 70, 25, 65],
  [10, 0, 90, 0, 40, 100],
  [50, 45, 20, 20, 50, 0, 80, 20, 20, 75, 50, 100, 80, 75, 50, 45],
  [75, 35, 40, 45, 20, 20, 50, 0, 75, 20, 60, 100],
];
const random = createRandom(4);

type Label = { drawn: number; digit?: number; author?: string; readAs?: number; confident?: boolean };

function labelled(labels: readonly Label[]): { samples: LabelledSample[]; readings: Reading[] } {
  return {
    samples: labels.map(({ drawn, digit = drawn, author = 'a', readAs = drawn }) => ({
      raster: rasterise([hands[drawn]!.map(value => value + 3 * normal(random))]),
      digit,
      author,
      correction: readAs !== digit,
    })),
    readings: labels.map(({ drawn, digit = drawn, readAs = drawn, confident = true }) => ({
      label: digit,
      probabilities: Array.from({ length: 10 }, (_, i) => (i === readAs ? (confident ? 0.97 : 0.6) : 0.003)),
    })),
  };
}

const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const trusted = (labels: readonly Label[]) => {
  const { samples, readings } = labelled(labels);
  return estimateTrust(samples, readings);
};
const other = (digit: number) => (digit + 1 + int(random, 9)) % 10;
const correct = (authors: number, count = 20) =>
  times(authors * count, i => ({ drawn: i % 10, author: `correct ${i % authors}` }));

test('[G4] a class whose 1s are surely read as 7s is believed', () => {
  const labels = times(40, i => ({ drawn: 1, author: `pupil ${i % 8}`, readAs: 7 }));
  const trust = trusted(labels);
  expect(trust.doubted).toBe(0);
  expect(trust.contradicted).toBe(40);
  expect(Math.min(...trust.weights)).toBeGreaterThan(0.9);
});

test('[G4] one person alone with ten such corrections is believed, and so is a single correction', () => {
  expect(Math.min(...trusted(times(10, () => ({ drawn: 1, readAs: 7 }))).weights)).toBeGreaterThan(0.9);
  expect(trusted([{ drawn: 1, readAs: 7 }]).weights[0]).toBeGreaterThan(0);
});

test('misread drawings weigh more than confirmed ones, and both are learned', () => {
  const { weights } = trusted([...correct(3), { drawn: 4, readAs: 9, confident: false }]);
  expect(weights.at(-1)).toBeGreaterThan(5 * weights[0]!);
  expect(Math.min(...weights)).toBeGreaterThan(0);
});

test('[G4] a fifth of wrong labels by one author is not learned, the rest of the author’s labels is', () => {
  const labels: Label[] = times(60, i => ({
    drawn: i % 10,
    author: 'careless',
    ...(i % 5 === 0 && { digit: other(i % 10) }),
  }));
  for (const company of [[], correct(4)]) {
    const { weights, doubted } = trusted([...labels, ...company]);
    expect(doubted).toBe(0);
    const wrong = weights.subarray(0, 60).filter((_, i) => i % 5 === 0);
    expect(wrong.filter(weight => weight === 0).length).toBeGreaterThanOrEqual(wrong.length - 1);
    expect(weights.filter(weight => weight > 0).length).toBeGreaterThanOrEqual(labels.length * 0.8);
  }
});

test('[G4] an author who labels everything as 3 is not believed, alone or with others', () => {
  const threes: Label[] = times(100, i => ({ drawn: i % 10, digit: 3, author: 'joker' }));
  expect(trusted(threes).doubted).toBe(100);
  const { weights, doubted } = trusted([...threes, ...correct(4)]);
  expect(doubted).toBe(100);
  expect(Math.max(...weights.subarray(0, 100))).toBe(0);
  expect(Math.min(...weights.subarray(100))).toBeGreaterThan(0);
});

test.each([
  ['at random', other],
  ['systematically', (digit: number) => (digit + 1) % 10],
])('[G4] all weights are 0 when all authors label wrongly, %s', (_, wrong) => {
  const labels = times(100, i => ({ drawn: i % 10, digit: wrong(i % 10), author: `author ${i % 5}` }));
  const trust = trusted(labels);
  expect(trust.doubted).toBe(100);
  expect(Math.max(...trust.weights)).toBe(0);
});

test('[G4] an author whose every digit is new to the champion is believed when others write so too', () => {
  const strange = (author: string) =>
    times(20, i => ({ drawn: i % 5, author, readAs: 5 + (i % 5), confident: true }));
  const plain = times(80, i => ({ drawn: 5 + (i % 5), author: `plain ${i % 4}` }));
  expect(trusted([...strange('x'), ...plain]).doubted).toBe(20);
  expect(trusted([...strange('x'), ...strange('y'), ...plain]).doubted).toBe(0);
});

test('no samples have no weights', () => {
  expect(estimateTrust([], [])).toEqual({ weights: new Float32Array(), doubted: 0, contradicted: 0 });
});
