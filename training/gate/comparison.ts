import type { LabelTrust } from '../evaluation/label-trust.ts';
import { isDecided, isRight } from '../evaluation/metrics.ts';
import { pairUp } from '../evaluation/paired-comparison.ts';
import type { Report } from '../evaluation/report.ts';
import type { SetAside } from '../evaluation/witnesses.ts';
import type { GateKind } from './gate-kind.ts';

/** Reports over the same sets. `anchor` is the base model's report: it limits the drift over many small steps. */
export type Comparison = {
  champion: Report;
  candidate: Report;
  anchor?: Report;
  trust: LabelTrust;
  gate?: GateKind; // default: house
  price?: number; // that a room's host pays on MNIST, 0…1; default: roomPrice
  heldOutAuthors?: readonly string[]; // of the held-out drawings, in their order
  setAside?: SetAsideLabels;
};

/** Labels that both witnesses surely contradict, with the author of each. */
export type SetAsideLabels = readonly (SetAside & { author: string })[];

/** The cost on MNIST since the base model, of all jobs of the room together. */
export const paidOf = ({ champion, candidate, anchor = champion }: Comparison) =>
  pairUp({ champion: anchor, candidate }, { name: 'mnist' });

/**
 * Trusted samples that the champion does not decide rightly, and those of them that the candidate decides, or reads right
 * where the champion read them wrong. A right reading that is undecided is still something to learn.
 */
export function learnedOf({ champion, candidate, trust }: Comparison): { open: number; learned: number } {
  const before = champion.readings.lessons;
  const open = before.map((reading, i) => trust.weights[i] > 0 && !isDecided(reading));
  const learned = candidate.readings.lessons.filter(
    (reading, i) => open[i] && (isDecided(reading) || (isRight(reading) && !isRight(before[i]))),
  );
  return { open: open.filter(Boolean).length, learned: learned.length };
}
