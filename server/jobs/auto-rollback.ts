import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { Answers } from '../../db/label-counts.ts';
import type { Store } from '../core/store.ts';

export interface AutoRollbackParts {
  store: Pick<Store, 'history' | 'countAnswers' | 'rollBack'>;
  /** The champion moved. Resolves when every inference process has the new one. */
  promoted(): Promise<void>;
  log: Logger;
}

/** People answer at the speed of taps; looking more often finds nothing new. */
const lookMs = 10_000;

/** Fewer answers say nothing about a version, whatever they are. */
const leastAnswers = 20;
/** Fewer people are no crowd: their corrections may be one person's. */
const leastCorrectors = 5;
/** One-sided 95 %. */
const z95 = 1.645;

/** Rolls a champion back that people correct more often than the one before it, though it passed the gate. */
export function createAutoRollback({ store, promoted, log }: AutoRollbackParts) {
  let nextLookMs = 0;

  async function judge() {
    const [last] = await store.history({ limit: 1 });
    if (last?.move !== 'promoted' || last.previous === null) return;
    const [now, before] = await Promise.all(
      [last.version, last.previous].map(version => store.countAnswers({ version })),
    );
    if (!isSignificantlyWorse(now, before)) return;
    const reason = `People corrected ${share(now)} of its guesses, and ${share(before)} of those of ${last.previous}.`;
    log.warn({ version: last.version, reason }, 'rolling back');
    await store.rollBack({ to: last.previous, by: 'inkling', reason, expectedChampion: last.version });
    await promoted();
  }

  return {
    async look(): Promise<void> {
      if (performance.now() < nextLookMs) return;
      nextLookMs = performance.now() + lookMs;
      await judge().catch(error => {
        if (!(error instanceof DatabaseUnavailable))
          log.error({ err: error }, 'the champion could not be watched');
      });
    },
  };
}

const share = ({ confirmed, corrected }: { confirmed: number; corrected: number }) =>
  `${((100 * corrected) / (confirmed + corrected)).toFixed(1)} %`;

/**
 * Whether people correct a version more often than the one before it, with 95 % confidence: the two-proportion
 * z-test on the share of corrections. A few people alone never are enough.
 */
export function isSignificantlyWorse(now: Answers, before: Answers): boolean {
  const countNow = now.confirmed + now.corrected;
  const countBefore = before.confirmed + before.corrected;
  if (now.correctors < leastCorrectors) return false;
  if (countNow < leastAnswers || countBefore < leastAnswers) return false;
  const pooled = (now.corrected + before.corrected) / (countNow + countBefore);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / countNow + 1 / countBefore));
  if (spread === 0) return false;
  return (now.corrected / countNow - before.corrected / countBefore) / spread > z95;
}
