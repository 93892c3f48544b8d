import type { DigitChange, Training } from '../../shared/protocol.ts';
import type { Outcome } from './training-worker-messages.ts';

/** What a room is told of the samples that a job learns. */
export const taughtBy = (samples: readonly { author: string }[]): Required<Training>['taught'] => ({
  drawings: samples.length,
  people: new Set(samples.map(({ author }) => author)).size,
});

/** The samples of the job read right by digit, before and after; empty where no candidate was evaluated. */
export function digitChanges({ before, candidate }: Pick<Outcome, 'before' | 'candidate'>): DigitChange[] {
  if (candidate === undefined) return [];
  const after = candidate.after.sets.lessons.confusion;
  return before.sets.lessons.confusion
    .map((row, digit) => ({
      digit,
      count: row.reduce((sum, count) => sum + count, 0),
      before: row[digit],
      after: after[digit][digit],
    }))
    .filter(({ count }) => count > 0);
}
