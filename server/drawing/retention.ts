import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { PrivacyTerms } from '../../shared/http-api.ts';
import type { Store } from '../core/store.ts';

export interface RetentionParts {
  store: Pick<Store, 'eraseExpired' | 'dropWeights' | 'reclaimSpace'>;
  privacy: Pick<PrivacyTerms, 'retainDays' | 'retainLabelledDays'>;
  /** Takes erased drawings off the walls of all nodes. */
  publishExpired(drawings: readonly string[]): void;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export const sweepMs = 60_000;
/** Rows of one statement: the embedded database blocks everybody meanwhile. */
export const portion = 50;
/** Pause between two portions: at most 12,000 drawings a minute. */
export const portionMs = 250;
/** Unused versions that keep their weights: 0.3 MB each. */
export const maxUnusedWeights = 200;
/** Versions of one sweep. */
const weightsAtOnce = 20;
/** Reclaiming reads whole tables of the embedded database, so it waits for as much as this. */
export const rowsToReclaim = 2_000;

/**
 * Erases drawings and weights of versions that are past their time, in small portions. All nodes of a cluster may do so
 * at once: a row that one erases is skipped by the others.
 */
export function createRetention({ store, privacy, publishExpired, log, after }: RetentionParts) {
  let cancel: (() => void) | undefined;
  let sweeping: Promise<void> | undefined;
  let unreclaimed = 0;

  /** Erases one portion; resolves to the ms to wait before the next one. */
  async function sweep(): Promise<number> {
    const drawings = await store.eraseExpired({
      unlabelledDays: privacy.retainDays,
      labelledDays: privacy.retainLabelledDays,
      limit: portion,
    });
    if (drawings.length > 0) publishExpired(drawings);
    unreclaimed += drawings.length;
    if (drawings.length === portion) return portionMs;
    const versions = await store.dropWeights({
      days: privacy.retainDays,
      kept: maxUnusedWeights,
      limit: weightsAtOnce,
    });
    if (versions.length > 0) log.info({ versions }, 'dropped the weights of unused versions');
    if (unreclaimed >= rowsToReclaim) {
      log.info({ drawings: unreclaimed }, 'erased drawings that were past their time');
      await store.reclaimSpace();
      unreclaimed = 0;
    }
    return sweepMs;
  }

  function plan(ms: number) {
    cancel = after(ms, () => {
      sweeping = sweep()
        .catch((error: unknown) => {
          if (!(error instanceof DatabaseUnavailable))
            log.error({ err: error }, 'old drawings could not be erased');
          return sweepMs;
        })
        .then(nextMs => {
          sweeping = undefined;
          if (cancel !== undefined) plan(nextMs);
        });
    });
  }

  return {
    start() {
      if (cancel === undefined) plan(sweepMs);
    },
    async stop() {
      cancel?.();
      cancel = undefined;
      await sweeping;
    },
  };
}
