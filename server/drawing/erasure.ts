import type { Logger } from 'pino';
import type { PredictionRow } from '../../db/predictions.ts';
import type { Store } from '../core/store.ts';
import type { Drawings } from './drawing-service.ts';
import type { LabelNetworks } from './label-networks.ts';
import type { PredictionLog } from './prediction-log.ts';

export interface ErasureParts {
  store: Pick<Store, 'eraseDrawings'>;
  drawings: Pick<Drawings, 'removeOf'>;
  predictionLog: Pick<PredictionLog<PredictionRow>, 'drop'>;
  networks: Pick<LabelNetworks, 'forget'>;
  log: Logger;
}

export type Erasure = ReturnType<typeof createErasure>;

/** Rows of one statement: the embedded database blocks everybody meanwhile. */
export const rowsAtOnce = 100;

/** Erases all drawings of a session, those in memory and those on their way to the database among them. */
export function createErasure({ store, drawings, predictionLog, networks, log }: ErasureParts) {
  /** Removes the session's drawings from memory. Resolves to their ids once nothing of them can be stored any more. */
  async function forget(author: string, untilMs: number): Promise<string[]> {
    const removed = drawings.removeOf(author, untilMs);
    await Promise.allSettled(removed.flatMap(({ labelling, logging }) => [labelling, logging]));
    await predictionLog.drop(row => row.author === author && row.at.getTime() <= untilMs);
    networks.forget(author);
    return removed.map(({ id }) => id);
  }

  return {
    /** Resolves to the number of stored drawings that it erased. */
    async erase(author: string): Promise<number> {
      await forget(author, Number.POSITIVE_INFINITY);
      for (let erased = 0; ; ) {
        const { length } = await store.eraseDrawings({ author, limit: rowsAtOnce });
        erased += length;
        if (length < rowsAtOnce) return erased;
      }
    },
    /** Another node erased the session at that time: erases what this node holds, and stored meanwhile. */
    follow({ author, atMs }: { author: string; atMs: number }): void {
      forget(author, atMs)
        .then(async drawings => {
          if (drawings.length > 0) await store.eraseDrawings({ author, drawings, limit: drawings.length });
        })
        .catch((error: unknown) => log.error({ err: error }, 'drawings of a session could not be erased'));
    },
  };
}
