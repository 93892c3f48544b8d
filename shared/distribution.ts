import { decidedAt } from './limits.ts';
import { numeralAt, numerals } from './numerals.ts';

/** A distribution over the ten digits: `number[10]`, each 0…1, summing to 1. */
export type Distribution = readonly number[];

const steps = numerals.length - 1;

/** The most probable digit; the smallest one of equal digits. */
export function topDigit(distribution: Distribution): number {
  let top = 0;
  for (let digit = 1; digit < distribution.length; digit++) {
    if (distribution[digit] > distribution[top]) top = digit;
  }
  return top;
}

/** The digit that a page shows as decided; undefined where it shows "not sure". */
export function decidedDigit(distribution: Distribution): number | undefined {
  const top = topDigit(distribution);
  return distribution[top] >= decidedAt ? top : undefined;
}

/**
 * Ten characters, one per digit, each a probability in 63 steps. A wall needs no more of a prediction, at a tenth of
 * the bytes; the drawer gets the exact numbers.
 */
export function packDistribution(distribution: Distribution): string {
  let packed = '';
  for (const probability of distribution) packed += numerals[Math.round(probability * steps)];
  return packed;
}

/** Decodes `packDistribution`, with a precision of 1/63. */
export function unpackDistribution(packed: string): number[] {
  return Array.from(packed, (_, digit) => numeralAt(packed, digit) / steps);
}
