import { describe, expect, test } from 'vitest';
import { chance, createRandom, normal, type Random } from '../../shared/random.ts';
import { type Answered, falseAlarms, isProvenWorse } from './sequential-test.ts';

const answersOfPerson = 5; // the database counts no more of one person
const people = 400; // of a version's whole life

/** A person's own rate: most hands are read well, some are misread again and again (correlation 0.2 among answers). */
function rateOf(random: Random, mean: number): number {
  const [shapeA, shapeB] = [4 * mean, 4 * (1 - mean)];
  const [a, b] = [gamma(random, shapeA), gamma(random, shapeB)];
  return a / (a + b);
}

/** Marsaglia and Tsang 2000. */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function* answers(random: Random, { mean, count }: { mean: number; count: number }): Generator<Answered> {
  const total = { confirmed: 0, corrected: 0 };
  for (let person = 0; person < count; person++) {
    const rate = rateOf(random, mean);
    for (let i = 0; i < answersOfPerson; i++) {
      total[chance(random, rate) ? 'corrected' : 'confirmed']++;
      yield total;
    }
  }
}

/** Number of answers after which the test, run after every answer, fires; undefined if it never does. */
function firesAfter(random: Random, { before, now }: { before: number; now: number }): number | undefined {
  const known = { ...[...answers(random, { mean: before, count: people / 4 })].at(-1)! };
  let seen = 0;
  for (const total of answers(random, { mean: now, count: people })) {
    seen++;
    if (isProvenWorse(total, known)) return seen;
  }
  return undefined;
}

function fired(rates: { before: number; now: number }, lives: number) {
  const random = createRandom(1);
  return Array.from({ length: lives }, () => firesAfter(random, rates)).filter(at => at !== undefined);
}

describe('a test that is repeated after every answer', () => {
  test.each([0.02, 0.05, 0.2, 0.5])(
    '[V7] finds an equal version worse in 1 % of lives at most: %d corrected',
    mean => {
      const lives = 300;
      // Of 300 lives three are expected at the limit; eight would exceed it with 99 % confidence.
      expect(fired({ before: mean, now: mean }, lives).length).toBeLessThan(8);
      expect(falseAlarms).toBe(0.01);
    },
  );

  test.each([
    [0.05, 0.3, 200],
    [0.05, 0.5, 60],
    [0.2, 0.6, 100],
  ])('[V7] finds a decline from %d to %d in nine lives of ten within %d answers', (before, now, within) => {
    const found = fired({ before, now }, 100).filter(at => at <= within);
    expect(found.length).toBeGreaterThanOrEqual(90);
  });
});
