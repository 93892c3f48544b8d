import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import { house } from '../../db/rooms.ts';
import type { Model } from '../../shared/training-protocol.ts';
import type { Announcer } from '../core/announcer.ts';
import { createTimer } from '../core/every.ts';
import type { Store } from '../core/store.ts';
import type { InferencePool } from './inference-pool.ts';
import type { ModelCache } from './model-cache.ts';
import type { LoadedModel } from './model-files.ts';
import type { Rereader } from './rereader.ts';
import type { RoomModels } from './room-models.ts';

export interface ServedModelParts {
  /** The shipped model: it predicts until the database is read. */
  base: LoadedModel;
  store: Pick<Store, 'shared' | 'ensureBase' | 'listChampions'>;
  models: Pick<ModelCache, 'load'>;
  inference: Pick<InferencePool, 'serve' | 'prepare'>;
  roomModels: RoomModels;
  rereader: Pick<Rereader, 'reread' | 'rereadHouse'>;
  announcer: Pick<Announcer, 'model' | 'houseModel'>;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface ServedModelTracker {
  /** The version that predicts in a room. */
  model(room: string): Model;
  /** Resolves when the room's own champion predicts there; at once for a room that follows the house. */
  use(room: string): Promise<void>;
  /** Rooms in use here whose champion is their own. */
  ownRooms(): string[];
  /** Reads the champions and serves those that changed. Resolves when every process has them. */
  refresh(): Promise<void>;
  /** Whether the database has been read at least once since the start. */
  isFresh(): boolean;
  start(): void;
  stop(): void;
}

/** A promotion on any node reaches every other within this: half of what is promised. */
const sharedPollMs = 400;
/** Only this process moves the champions of an embedded database and refreshes then: a fallback after a failure. */
const ownPollMs = 5_000;

/** Serves the champions that the database names; while it is away, the last ones known. */
export function createServedModel(parts: ServedModelParts): ServedModelTracker {
  const { base, store, models, inference, roomModels, rereader, announcer, log, after } = parts;
  /** By room, as last read. */
  let champions: ReadonlyMap<string, string> = new Map();
  /** Rooms whose champion the next reading serves: used before the first one, or not served at the last try. */
  const pending = new Set<string>();
  const taking = new Map<string, Promise<void>>();
  let isFresh = false;
  let ensured = false;
  let reading: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function loadVersion(version: string) {
    const model = await models.load(version);
    if (model === null) throw new Error(`The champion ${version} is not among the models.`);
    return model;
  }

  async function readChampions() {
    if (!ensured) await store.ensureBase(base);
    ensured = true;
    const before = champions;
    champions = await store.listChampions();
    await takeHouse();
    // A champion that moved may be that of a room in use. Rooms that follow the house cost nothing, however many there are.
    const moved = [...champions.keys()].filter(room => isFresh && champions.get(room) !== before.get(room));
    for (const room of new Set([...pending, ...moved, ...roomModels.ownRooms()]))
      if (room !== house) await tryTake(room);
    isFresh = true;
  }

  async function takeHouse() {
    const version = champions.get(house);
    if (version === undefined || version === roomModels.house().version) return;
    const { weights, card } = await loadVersion(version);
    await inference.serve({ version, weights });
    roomModels.setHouse({ version, card });
    const own = roomModels.ownRooms();
    announcer.houseModel(roomModels.house(), own);
    rereader.rereadHouse(own);
  }

  /** Lets the room's champion predict there, once every process has it. */
  async function take(room: string) {
    const version = champions.get(room);
    if (version === roomModels.ownOf(room)?.version) return;
    const own = version === undefined ? null : await prepareVersion(version);
    // The champion moved meanwhile: the read that saw it move serves the newer one.
    if (champions.get(room) !== version) return;
    const before = roomModels.of(room).version;
    roomModels.set(room, own);
    if (roomModels.of(room).version === before) return;
    announcer.model(room, roomModels.of(room));
    rereader.reread(room);
  }

  async function prepareVersion(version: string): Promise<Model> {
    const { weights, card } = await loadVersion(version);
    await inference.prepare({ version, weights });
    return { version, card };
  }

  /** A room whose champion cannot be served keeps the version before it until the next reading. */
  async function tryTake(room: string) {
    pending.delete(room);
    try {
      await take(room);
    } catch (error) {
      pending.add(room);
      reportFailure(error, room);
    }
  }

  function reportFailure(error: unknown, room: string) {
    if (!(error instanceof DatabaseUnavailable))
      log.error({ err: error, room }, 'the champion of a room could not be served');
  }

  function start() {
    reading = readChampions()
      .catch(error => reportFailure(error, house))
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  /** A running read may have seen a champion before it moved: only one that starts from now on is sufficient. */
  function refresh() {
    if (reading === undefined) return start();
    next ??= reading.then(() => {
      next = undefined;
      return start();
    });
    return next;
  }

  const ms = store.shared ? sharedPollMs : ownPollMs;
  const polling = createTimer(after, { ms, run: () => void (reading ?? refresh()) });
  return {
    model: roomModels.of,
    use(room) {
      if (!isFresh) pending.add(room);
      if (!champions.has(room) || pending.has(room)) return taking.get(room) ?? Promise.resolve();
      const taken = taking.get(room) ?? tryTake(room).finally(() => taking.delete(room));
      taking.set(room, taken);
      return taken;
    },
    ownRooms: roomModels.ownRooms,
    refresh,
    isFresh: () => isFresh,
    start() {
      void refresh();
      polling.start();
    },
    stop: polling.stop,
  };
}
