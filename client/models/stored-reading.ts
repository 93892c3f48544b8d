import type { Sample } from '../../shared/http-api.ts';
import { decidedAt } from '../../shared/limits.ts';

/** The part of a prediction that a page shows. */
export interface ShownReading {
  digit: number | null;
  sure: boolean;
}

const shown = ({ digit, sure }: ShownReading) => (sure ? digit : undefined);

/** The current version's reading of a stored drawing, and the first one's where it was shown differently. */
export function readingsOf({ guess, probabilities, reread }: Sample): {
  now: ShownReading;
  was?: ShownReading;
} {
  const first = { digit: guess, sure: probabilities === null || Math.max(...probabilities) >= decidedAt };
  if (reread === null) return { now: first };
  const now = { digit: reread.digit, sure: Math.max(...reread.probabilities) >= decidedAt };
  return guess === null || shown(first) === shown(now) ? { now } : { now, was: first };
}
