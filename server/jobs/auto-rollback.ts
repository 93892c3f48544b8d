import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { Store } from '../core/store.ts';
import { isSignificantlyWorse } from './decline.ts';

export interface AutoRollbackParts {
  store: Pick<Store, 'history' | 'countAnswers' | 'rollBack'>;
  /** The champion moved. Resolves when every inference process has the new one. */
  promoted(): Promise<void>;
  log: Logger;
}

/** People answer at the speed of taps; looking more often finds nothing new. */
const lookMs = 10_000;

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
