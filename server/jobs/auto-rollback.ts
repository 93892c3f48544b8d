import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { Answers, Probation } from '../../db/label-counts.ts';
import { house } from '../../db/rooms.ts';
import { isProvenWorse } from '../../training/evaluation/sequential-test.ts';
import { createTimer } from '../core/every.ts';
import type { Store } from '../core/store.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';

export interface AutoRollbackParts {
  store: Pick<Store, 'readProbations' | 'rollBack'>;
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
  async function check({ room, version, previous, now, before }: Probation) {
    if (!isSignificantlyWorse(now, before)) return;
    const reason = `People corrected ${share(now)} of its guesses, and ${share(before)} of those of ${previous}.`;
    log.warn({ room, version, reason }, 'rolling back');
    await store.rollBack({ room, to: previous, by: 'inkling', reason, expectedChampion: version });
    await registry.refresh();
  }

  /** One query for all rooms, however many of them are taught. */
  async function poll() {
    const report = (error: unknown) => {
      if (!(error instanceof DatabaseUnavailable))
        log.error({ err: error }, 'the champion could not be watched');
    };
    const probations = await store.readProbations([house, ...registry.ownRooms()]).catch(report);
    for (const probation of probations ?? []) await check(probation).catch(report);
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
