import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { Model } from '../../shared/protocol.ts';
import type { Announcer } from '../core/announcer.ts';
import { createTimer } from '../core/every.ts';
import type { Store } from '../core/store.ts';
import type { Drawings } from '../drawing/drawing-service.ts';
import type { CurrentModel } from './current-model.ts';
import type { InferencePool } from './inference-pool.ts';
import type { ModelCache } from './model-cache.ts';
import type { LoadedModel } from './model-files.ts';

export interface ServedModelParts {
  /** The shipped model, served until the database names the champion. */
  base: LoadedModel;
  store: Pick<Store, 'shared' | 'ensureBase' | 'champion'>;
  models: Pick<ModelCache, 'load'>;
  inference: Pick<InferencePool, 'serve'>;
  current: CurrentModel;
  drawings: Pick<Drawings, 'predictAgain'>;
  announcer: Pick<Announcer, 'model'>;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface ServedModelTracker {
  /** The version served. */
  model(): Model;
  /** Reads the champion from the database and serves it. Resolves once every process has it. */
  refresh(): Promise<void>;
  /** Whether the champion was read at least once since the start. */
  isFresh(): boolean;
  start(): void;
  stop(): void;
}

/** A promotion on any node reaches every other within this: half of what is promised. */
const sharedPollMs = 400;
/** With PGlite only this process changes the champion; polling is a fallback if the notification was missed. */
const ownPollMs = 5_000;

/** Serves the champion of the database; during an outage, the last known one. */
export function createServedModel(parts: ServedModelParts): ServedModelTracker {
  const { base, store, models, inference, current, drawings, announcer, log, after } = parts;
  let known = false;
  let ensured = false;
  let syncing: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function readChampion() {
    if (!ensured) await store.ensureBase(base);
    ensured = true;
    const champion = await store.champion();
    if (champion !== null && champion.version !== current.get().version) await take(champion.version);
    known = true;
  }

  async function take(version: string) {
    const model = await models.load(version);
    if (model === null) throw new Error(`The champion ${version} is not among the models.`);
    await inference.serve({ version, weights: model.weights });
    current.set({ version, card: model.card });
    announcer.model(current.get());
    drawings.predictAgain();
  }

  function start() {
    syncing = readChampion()
      .catch(error => {
        if (!(error instanceof DatabaseUnavailable))
          log.error({ err: error }, 'the champion could not be served');
      })
      .finally(() => {
        syncing = undefined;
      });
    return syncing;
  }

  /** A read in progress may predate a change of the champion, so a new one is needed. */
  function refresh() {
    if (syncing === undefined) return start();
    next ??= syncing.then(() => {
      next = undefined;
      return start();
    });
    return next;
  }

  const ms = store.shared ? sharedPollMs : ownPollMs;
  const polling = createTimer(after, { ms, run: () => void (syncing ?? refresh()) });
  return {
    model: current.get,
    refresh,
    isFresh: () => known,
    start() {
      void refresh();
      polling.start();
    },
    stop: polling.stop,
  };
}
