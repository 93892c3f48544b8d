import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { Rereading } from '../../db/rereadings.ts';
import { topDigit } from '../../shared/distribution.ts';
import type { Announcer } from '../core/announcer.ts';
import type { Store } from '../core/store.ts';
import type { Drawings } from '../drawing/drawing-service.ts';
import { maxBatch } from './batcher.ts';
import type { Predictor } from './predictor.ts';
import type { RoomModels } from './room-models.ts';

export interface RereaderParts {
  predictor: Pick<Predictor, 'changed' | 'predictOnce' | 'isIdle'>;
  roomModels: Pick<RoomModels, 'of'>;
  drawings: Pick<Drawings, 'predictAgain' | 'finishedIn'>;
  rooms: { names(): string[] };
  store: Pick<Store, 'readOutdated' | 'recordRereadings'>;
  announcer: Pick<Announcer, 'reread'>;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Rereader {
  /** Another version predicts in the room from now on: what people see there is predicted again. */
  reread(room: string): void;
  /** The same for the rooms that follow the house: all rooms in use but these. */
  rereadHouse(except: readonly string[]): void;
  /** Resolves once no query of it is under way. */
  stop(): Promise<void>;
}

/** Stored drawings of a room that are predicted again: the first four pages of the Lab. */
export const maxReread = 120;
/** Rows of one statement: the embedded database blocks everybody meanwhile. */
const portion = 30;
/** After a group of drawings the rereader rests this long, so that it takes a few percent of a worker at most. */
const restMs = 20;
/** It waits until no drawing waits, but under overload no longer than this. */
const patienceMs = 500;
/** Rows that were on their way to the database at the promotion are there after this. */
export const againMs = 3_000;

/**
 * Predicts what people see again after a change of the champion: open drawings at once, then finished ones on the wall,
 * then the newest stored ones, newest first, one room after the other. Live drawings go first.
 */
export function createRereader(parts: RereaderParts): Rereader {
  const { predictor, roomModels, drawings, rooms, store, announcer, log, after } = parts;
  /** Rooms that wait for their turn, and whether each is announced though nothing was stored: another node may have. */
  const due = new Map<string, 'always' | 'if stored'>();
  /** Timers by room. */
  const again = new Map<string, () => void>();
  let isWorking = false;
  let isStopped = false;
  let cancelRest: (() => void) | undefined;
  let querying: Promise<unknown> = Promise.resolve();

  const rest = () =>
    new Promise<void>(resolve => {
      cancelRest = after(restMs, resolve);
    });

  /** Resolves when no drawing waits for a prediction, or when waiting for that has taken long enough. */
  async function calm() {
    for (
      let waitedMs = 0;
      waitedMs === 0 || (waitedMs < patienceMs && !predictor.isIdle());
      waitedMs += restMs
    )
      await rest();
  }

  function query<Value>(verb: Promise<Value>): Promise<Value> {
    querying = verb.catch(() => {});
    return verb;
  }

  async function rereadWall(room: string, version: string) {
    const outdated = drawings.finishedIn(room).filter(({ guess }) => guess?.model !== version);
    for (const group of groupsOf(outdated)) {
      if (isStopped) return;
      group.forEach(predictor.changed);
      await calm();
    }
  }

  /** Resolves to the number of drawings that were predicted. */
  async function rereadStored(room: string, version: string): Promise<number> {
    let count = 0;
    let before: number | null | undefined;
    for (let left = maxReread; left > 0 && before !== null && !isStopped; left -= portion) {
      const page = await query(
        store.readOutdated({ room, version, limit: portion, ...(before !== undefined && { before }) }),
      );
      const rereadings: Rereading[] = [];
      for (const group of groupsOf(page.samples)) {
        await calm();
        const predictions = await Promise.all(group.map(({ raster }) => predictor.predictOnce(raster, room)));
        predictions.forEach(({ model, probabilities }, i) => {
          rereadings.push({ ...group[i], model, probabilities, digit: topDigit(probabilities) });
        });
      }
      if (isStopped) break;
      await query(store.recordRereadings(rereadings));
      count += rereadings.length;
      before = page.next;
    }
    return count;
  }

  async function work() {
    for (const [room, announce] of due) {
      due.delete(room);
      try {
        const { version } = roomModels.of(room);
        await rereadWall(room, version);
        const count = await rereadStored(room, version);
        if (!isStopped && (count > 0 || announce === 'always')) announcer.reread(room, { model: version });
      } catch (error) {
        if (error instanceof DatabaseUnavailable) later(room);
        else log.error({ err: error, room }, 'stored drawings could not be predicted again');
      }
    }
    isWorking = false;
  }

  function enqueue(room: string, announce: 'always' | 'if stored') {
    due.set(room, announce);
    if (isWorking || isStopped) return;
    isWorking = true;
    void work();
  }

  function later(room: string) {
    if (isStopped) return;
    again.get(room)?.();
    again.set(
      room,
      after(againMs, () => {
        again.delete(room);
        if (!due.has(room)) enqueue(room, 'if stored');
      }),
    );
  }

  function reread(room: string) {
    drawings.predictAgain(name => name === room);
    enqueue(room, 'always');
    later(room);
  }

  return {
    reread,
    rereadHouse: except =>
      rooms
        .names()
        .filter(room => !except.includes(room))
        .forEach(reread),
    stop() {
      isStopped = true;
      cancelRest?.();
      for (const cancel of again.values()) cancel();
      return querying.then(() => {});
    },
  };
}

function groupsOf<Each>(all: readonly Each[]): Each[][] {
  const groups: Each[][] = [];
  for (let from = 0; from < all.length; from += maxBatch) groups.push(all.slice(from, from + maxBatch));
  return groups;
}
