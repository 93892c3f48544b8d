import { answerAt } from './answers.ts';

/** `unknown`: the client does not report when the pen leaves the pad. */
export type PenState = 'down' | 'up' | 'unknown';

/**
 * State of the hand that draws. `restMs` is the time since the pen left the pad, and since the last point while
 * it has not, or while nobody knows. `done`: the drawing is finished, labelled or stored.
 */
export type Pen = { state: PenState; restMs: number } | { state: 'done' };

/** Evidence of the pen for a finished drawing, in log-odds. */
interface Rest {
  /** At no rest at all. */
  bias: number;
  /** Of log(1 + rest / tauMs): a hand that has rested longer goes on less likely. */
  growth: number;
  tauMs: number;
  /** Rests at which the mixture is shown again. From the last one on the drawing counts as finished. */
  shownMs: readonly [number, number];
}

export const mixtureDefaults: { ink: number; pens: Record<PenState, Rest> } = {
  ink: 1, // weight of the log-odds that the ink alone gives
  pens: {
    down: { bias: -6, growth: 4, tauMs: 500, shownMs: [1_000, 2_000] },
    up: { bias: -1, growth: 2.5, tauMs: 300, shownMs: [350, 900] },
    unknown: { bias: -3, growth: 3, tauMs: 300, shownMs: [450, 1_000] },
  },
};
const minProbability = 1e-4; // what the served outputs are rounded to

/** Whether the pen alone shows that the drawing is finished. */
export const isAtRest = (pen: Pen): boolean =>
  pen.state === 'done' || pen.restMs >= mixtureDefaults.pens[pen.state].shownMs[1];

/** Probability that the drawing is finished. `byInk` is the probability that the ink alone gives. */
export function finishedProbability(byInk: number, pen: Pen): number {
  if (pen.state === 'done' || isAtRest(pen)) return 1;
  const { bias, growth, tauMs } = mixtureDefaults.pens[pen.state];
  const inside = Math.min(1 - minProbability, Math.max(minProbability, byInk));
  const inkLogOdds = Math.log(inside / (1 - inside));
  const logOdds = mixtureDefaults.ink * inkLogOdds + bias + growth * Math.log(1 + pen.restMs / tauMs);
  return 1 / (1 + Math.exp(-logOdds));
}

/** The ten probabilities of a finished drawing, out of the `outputs` of one. */
export const wholeAnswer = (read: ArrayLike<number>): number[] =>
  Array.from({ length: 10 }, (_, k) => read[k]);

/** The ten probabilities to show for the `outputs` of one drawing: *whole* and *partial* mixed by the state of the pen. */
export function mix(read: ArrayLike<number>, pen: Pen): number[] {
  const finished = finishedProbability(read[answerAt.finished + 1], pen);
  return wholeAnswer(read).map(
    (whole, digit) => finished * whole + (1 - finished) * read[answerAt.partial + digit],
  );
}
