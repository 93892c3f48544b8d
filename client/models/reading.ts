import { type Distribution, topDigit } from '../../shared/distribution.ts';
import { decidedAt } from '../../shared/limits.ts';
import type { Guess } from '../../shared/protocol.ts';

/** The model's mind at one guess, and how many strokes were there. */
export interface PredictionSample {
  probabilities: Distribution;
  strokes: number;
}

const maxSamples = 240; // as many columns as a phone's ribbon can show

/** The moments with one more. Past the limit every other of the older ones goes, so the whole story stays. */
export function addSample(
  moments: readonly PredictionSample[],
  moment: PredictionSample,
): PredictionSample[] {
  const kept = moments.length < maxSamples ? moments : moments.filter((_, i) => i % 2 === 0);
  return [...kept, moment];
}

/** What the page makes of a guess. `reading`: there is ink and no guess yet; `unsure`: the hand rests, and still … */
export type Reading =
  | { state: 'blank' }
  | { state: 'reading' }
  | { state: 'undecided'; digit: number; rival: number; probability: number }
  | { state: 'unsure'; digit: number; rival: number; probability: number }
  | { state: 'decided'; digit: number; probability: number };

interface Drawn {
  guess: Pick<Guess, 'probabilities'> | undefined;
  blank: boolean;
  /** Nothing was added for a while. */
  paused: boolean;
}

export function readGuess({ guess, blank, paused }: Drawn): Reading {
  if (blank) return { state: 'blank' };
  if (guess === undefined) return { state: 'reading' };
  const { probabilities } = guess;
  const digit = topDigit(probabilities);
  const probability = probabilities[digit];
  if (probability >= decidedAt) return { state: 'decided', digit, probability };
  const rival = topDigit(probabilities.map((each, i) => (i === digit ? -1 : each)));
  return { state: paused ? 'unsure' : 'undecided', digit, rival, probability };
}

/** Whole percents. Never 100: no model is certain, whatever it says. */
export function percent(probability: number): string {
  return `${Math.min(99, Math.round(100 * probability))} %`;
}
