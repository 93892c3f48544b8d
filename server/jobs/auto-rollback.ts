import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { Answers } from '../../db/label-counts.ts';
import { house } from '../../db/rooms.ts';
import { createTimer } from '../core/every.ts';
import type { Store } from '../core/store.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';
import { isProvenWorse } from './sequential-test.ts';

export interface AutoRollbackParts {
  store: Pick<Store, 'history' | 'countAnswers' | 'rollBack'>;
  registry: Pick<ServedModelTracker, 'refresh' | 'ownRooms'>;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** People answer at the speed of taps; polling more often finds nothing new. */
export const pollMs = 10_000;

/** Fewer answers are not significant. */
const minAnswers = 20;
/** With fewer people, all corrections may come from one person. */
const minCorrectors = 5;

/** Rolls back a champion that people correct more often than the previous one although it passed the gate. */
export function createAutoRollback({ store, registry, log, after }: AutoRollbackParts) {
  async function judge(room: string) {
    const [last] = await store.history({ room, limit: 1 });
    if (last?.room !== room || last.move !== 'promoted' || last.previous === null) return;
    const [now, before] = await Promise.all(
      [last.version, last.previous].map(version => store.countAnswers({ room, version })),
    );
    if (!isSignificantlyWorse(now, before)) return;
    const reason = `People corrected ${share(now)} of its guesses, and ${share(before)} of those of ${last.previous}.`;
    log.warn({ room, version: last.version, reason }, 'rolling back');
    await store.rollBack({ room, to: last.previous, by: 'inkling', reason, expectedChampion: last.version });
    await registry.refresh();
  }

  async function poll() {
    for (const room of [house, ...registry.ownRooms()])
      await judge(room).catch(error => {
        if (!(error instanceof DatabaseUnavailable))
          log.error({ err: error }, 'the champion could not be watched');
      });
  }

  return createTimer(after, { ms: pollMs, run: () => void poll() });
}

const share = ({ confirmed, corrected }: { confirmed: number; corrected: number }) =>
  `${((100 * corrected) / (confirmed + corrected)).toFixed(1)} %`;

/** Whether enough people correct a version, and more often than the one before it beyond what chance explains. */
export function isSignificantlyWorse(now: Answers, before: Answers): boolean {
  if (now.correctors < minCorrectors) return false;
  if (now.confirmed + now.corrected < minAnswers) return false;
  if (before.confirmed + before.corrected < minAnswers) return false;
  return isProvenWorse(now, before);
}
