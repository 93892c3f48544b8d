import { type Distribution, topDigit } from '../../shared/distribution.ts';
import { decidedAt } from '../../shared/limits.ts';
import type { Guess, Opinion } from '../../shared/protocol.ts';

/** One prediction, and the number of strokes at that time. */
export interface PredictionSample {
  probabilities: Distribution;
  strokes: number;
}

const maxSamples = 240; // columns of the ribbon on a phone

/** Appends a sample. At the limit every second older sample is dropped, so that the history keeps its whole length. */
export function addSample(
  history: readonly PredictionSample[],
  sample: PredictionSample,
): PredictionSample[] {
  const kept = history.length < maxSamples ? history : history.filter((_, i) => i % 2 === 0);
  return [...kept, sample];
}

/** The page's view of a prediction. `reading`: ink without a prediction; `unsure`: undecided although the hand rests. */
export type Reading =
  | { state: 'blank' }
  | { state: 'reading' }
  | { state: 'undecided'; digit: number; rival: number; probability: number }
  | { state: 'unsure'; digit: number; rival: number; probability: number }
  | { state: 'decided'; digit: number; probability: number };

interface PadState {
  guess: Pick<Guess, 'probabilities'> | undefined;
  blank: boolean;
  /** The ink has not changed for a while. */
  paused: boolean;
}

export function readGuess({ guess, blank, paused }: PadState): Reading {
  if (blank) return { state: 'blank' };
  if (guess === undefined) return { state: 'reading' };
  const { probabilities } = guess;
  const digit = topDigit(probabilities);
  const probability = probabilities[digit];
  if (probability >= decidedAt) return { state: 'decided', digit, probability };
  const rival = topDigit(probabilities.map((each, i) => (i === digit ? -1 : each)));
  return { state: paused ? 'unsure' : 'undecided', digit, rival, probability };
}

interface Opinions {
  guess: Pick<Guess, 'drawing' | 'seq'> | undefined;
  reading: Reading;
  opinion: Opinion | undefined;
}

/** The digit of a second opinion to show: it is of the same ink as the prediction, which is decided otherwise. */
export function contradiction({ guess, reading, opinion }: Opinions): number | undefined {
  if (opinion === undefined || reading.state !== 'decided' || opinion.digit === reading.digit)
    return undefined;
  return opinion.drawing === guess?.drawing && opinion.seq === guess.seq ? opinion.digit : undefined;
}
