import { bigPoints, type Input } from './batch-input.ts';

/** An input and the model version that predicts it. */
export interface VersionedInput {
  version: string;
  input: Input;
}

/** Answers of one batch, in the order of its inputs, each with the version that gave it. */
export interface Batch {
  models: string[];
  /** The net's outputs for each input: `training/model/answers.ts`. */
  outputs: (readonly number[])[];
  /** The rasters of the big inputs, 784 bytes each, by their place in the batch. */
  bigRasters: ReadonlyMap<number, Uint8Array>;
  /** Milliseconds of making the rasters, and of the engine. */
  rasterMs: number;
  computeMs: number;
}

/** Where batches are computed. */
export interface Inference {
  /** Batches that could start right now. */
  free(): number;
  /** Whether the version can answer; where it cannot yet, it is being loaded. */
  has(version: string): boolean;
  /** Rejects when the process that had it died or hung. */
  predict(inputs: readonly VersionedInput[]): Promise<Batch>;
}

/** Stages timed by the batcher. Compute time is reported by the inference process. */
export type Stage = 'queue' | 'deliver';

/** A state of an item: `seq` as its author numbers it, `edits` as the server does. */
export interface State {
  seq: number;
  edits: number;
}

export interface Answer extends State {
  model: string;
  outputs: readonly number[];
  /** 784 bytes, when the item is big. */
  raster: Uint8Array | undefined;
}

export interface BatcherParts<Item> {
  inference: Inference;
  /** The version that has to read the item. */
  version(item: Item): string;
  /** The item's newest state. */
  read(item: Item): State & { input: Input };
  /** Points of which a raster has to be made. */
  points(item: Item): number;
  deliver(item: Item, answer: Answer): void;
  failed(error: unknown): void;
  /** A change came before the last one was predicted. */
  coalesced(): void;
  /** How long a stage took one batch; `queue` is the longest wait in it. */
  observeStage(stage: Stage, ms: number): void;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`, 0 for the end of this turn of the event loop; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Batcher<Item> {
  /** Marks a changed item. However many changes it has, it is predicted once, in its newest state. */
  markDirty(item: Item): void;
  /** Marks the last change of an item: if it waits, it goes before items that may still change, without a pace. */
  prioritise(item: Item): void;
  /** Starts batches if capacity is free. */
  flush(): void;
  /** Sets the highest prediction rate of one item. */
  setPace(perSecond: number): void;
  /** Items waiting. */
  waiting(): number;
  /** Longest wait of an item beyond its pace. */
  oldestMs(): number;
  /** Predicts nothing more. */
  stop(): void;
}

/** Larger batches only add latency on every engine measured … */
export const maxBatch = 8;
/** … but of many that wait a quarter goes at once, up to this: a busy event loop makes the way there and back long. */
export const crowdedBatch = 1024;
/**
 * Interval between batches that are not full; the first after a silence starts at once: a message to an engine costs
 * as much as an image.
 */
export const crowdedIntervalMs = 8;
/** A hung engine is restarted within this time; a final prediction older than this is no longer useful. */
export const giveUpMs = 10_000;
/** A raster of a point takes up to a microsecond: so many points a millisecond of each item take two percent of a core … */
export const pointsPerMs = 20;
/** … and of all big items, a third of one. */
export const bigPointsPerMs = 500;

/**
 * A set of changed items instead of a queue of requests, so a slow engine predicts less often but never later and
 * later. First marked, first served: under overload all items get the same share. An item is not sent again before
 * its answer, so answers never arrive out of order. Large items are predicted less often and one per batch, so that
 * others do not wait for their rasters.
 */
export function createBatcher<Item extends object>(parts: BatcherParts<Item>): Batcher<Item> {
  const { inference: infer, read, points, deliver, now, after } = parts;
  /** With the time each was marked first. */
  const dirty = new Map<Item, number>();
  /** Those that changed for the last time, likewise. */
  const last = new Map<Item, number>();
  const inFlight = new Set<Item>();
  const startedMs = new WeakMap<Item, number>();
  let intervalMs = 0;
  let lastBatchMs = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  /** When a big item may be predicted next. */
  let bigMs = Number.NEGATIVE_INFINITY;
  let timer: { atMs: number; cancel(): void } | undefined;

  const isBig = (item: Item) => points(item) >= bigPoints;

  function dueMs(item: Item, markedMs: number) {
    const minMs = Math.max(markedMs, isBig(item) ? bigMs : markedMs);
    if (last.has(item)) return minMs;
    const everyMs = Math.max(intervalMs, points(item) / pointsPerMs);
    return Math.max(minMs, (startedMs.get(item) ?? Number.NEGATIVE_INFINITY) + everyMs);
  }
  const waiting = () => last.size + dirty.size;
  const apart = () => lastBatchMs + crowdedIntervalMs;

  /** The next batch, or the time of the next attempt. */
  function next(): Item[] | { againMs: number } {
    const [items, at]: [Item[], number] = [[], now()];
    const most = Math.min(Math.max(maxBatch, Math.ceil(waiting() / 4)), crowdedBatch);
    let againMs = Number.POSITIVE_INFINITY;
    for (const [item, markedMs] of last) {
      if (at - markedMs <= giveUpMs) break;
      last.delete(item);
    }
    let hasBig = false;
    for (const queue of [last, dirty]) {
      for (const [item, markedMs] of queue) {
        if (inFlight.has(item) || !infer.has(parts.version(item))) continue;
        const due = dueMs(item, markedMs);
        if (due > at) againMs = Math.min(againMs, due);
        else if (!hasBig || !isBig(item)) {
          items.push(item);
          hasBig ||= isBig(item);
        }
        if (items.length === most) return items;
      }
    }
    if (items.length === 0) return { againMs };
    return items.length >= maxBatch || apart() <= at ? items : { againMs: apart() };
  }

  async function run(items: Item[]) {
    const beganMs = now();
    lastBatchMs = beganMs;
    const markedMs = items.map(item => last.get(item) ?? dirty.get(item) ?? beganMs);
    parts.observeStage('queue', beganMs - Math.min(...markedMs));
    const states = items.map(item => ({ version: parts.version(item), ...read(item) }));
    for (const item of items) {
      if (isBig(item)) bigMs = Math.max(bigMs, beganMs) + points(item) / bigPointsPerMs;
      last.delete(item);
      dirty.delete(item);
      inFlight.add(item);
      startedMs.set(item, beganMs);
    }
    let batch: Batch;
    try {
      batch = await infer.predict(states.map(({ version, input }) => ({ version, input })));
    } catch (error) {
      for (const item of items) {
        inFlight.delete(item);
        markDirty(item);
      }
      parts.failed(error);
      flush();
      return;
    }
    for (const item of items) inFlight.delete(item);
    // The engine gets its next batch before these answers are delivered, so it never waits for sockets.
    flush();
    const answeredMs = now();
    items.forEach((item, index) => {
      const { seq, edits } = states[index];
      const [outputs, raster] = [batch.outputs[index], batch.bigRasters.get(index)];
      deliver(item, { seq, edits, model: batch.models[index], outputs, raster });
    });
    parts.observeStage('deliver', now() - answeredMs);
  }

  function flush() {
    timer?.cancel();
    timer = undefined;
    while (!isStopped && infer.free() > 0) {
      const items = next();
      if (!Array.isArray(items)) return flushAt(items.againMs);
      void run(items);
    }
  }

  function flushAt(atMs: number) {
    if (isStopped || atMs === Number.POSITIVE_INFINITY || (timer !== undefined && timer.atMs <= atMs)) return;
    timer?.cancel();
    timer = { atMs, cancel: after(Math.max(0, Math.ceil(atMs - now())), flush) };
  }

  function markDirty(item: Item) {
    if (last.has(item) || dirty.has(item)) return parts.coalesced();
    dirty.set(item, now());
    // A busy engine's batch calls `flush` when it ends.
    if (infer.free() > 0) flushAt(waiting() < maxBatch ? apart() : now());
  }

  return {
    markDirty,
    prioritise(item) {
      const markedMs = dirty.get(item);
      if (markedMs === undefined) return;
      dirty.delete(item);
      last.set(item, markedMs);
      if (infer.free() > 0) flushAt(apart());
    },
    flush,
    setPace(perSecond) {
      intervalMs = 1000 / perSecond;
    },
    waiting,
    oldestMs() {
      let oldestMs = 0;
      for (const queue of [last, dirty])
        for (const [item, markedMs] of queue) oldestMs = Math.max(oldestMs, now() - dueMs(item, markedMs));
      return oldestMs;
    },
    stop() {
      isStopped = true;
      timer?.cancel();
      timer = undefined;
    },
  };
}
