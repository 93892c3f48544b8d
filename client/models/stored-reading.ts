import type { Sample } from '../../shared/http-api.ts';
import { decidedAt } from '../../shared/limits.ts';

/** What a page shows of a prediction. */
export interface ShownReading {
  digit: number | null;
  sure: boolean;
}

const shown = ({ digit, sure }: ShownReading) => (sure ? digit : undefined);

/** What the version that predicts now reads in a stored drawing, and what the first one read, where that was shown otherwise. */
export function readingsOf({ guess, probabilities, reread }: Sample): {
  now: ShownReading;
  was?: ShownReading;
} {
  const first = { digit: guess, sure: probabilities === null || Math.max(...probabilities) >= decidedAt };
  if (reread === null) return { now: first };
  const now = { digit: reread.digit, sure: Math.max(...reread.probabilities) >= decidedAt };
  return guess === null || shown(first) === shown(now) ? { now } : { now, was: first };
}
