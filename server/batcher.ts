import type { Distribution } from '../shared/distribution.ts';

/** Answers of one batch, all of one model version. */
export interface Batch {
  model: string;
  distributions: Distribution[];
  /** What the engine itself took. */
  computeMs: number;
}

/** Where batches are computed. */
export interface Inference {
  /** Batches that could start right now. */
  free(): number;
  /** `rasters`: `count` × 784 bytes. Rejects when the process that had it died or hung. */
  predict(rasters: Uint8Array, count: number): Promise<Batch>;
}

/** What a batch goes through here; what an engine takes is told by the engine. */
export type Stage = 'queue' | 'raster' | 'deliver';

export interface BatcherParts<Item> {
  infer: Inference;
  /** Writes the item's newest state as 784 bytes at `offset` and returns the seq it has seen. */
  raster(item: Item, rasters: Uint8Array, offset: number): number;
  deliver(item: Item, answer: { seq: number; model: string; distribution: Distribution }): void;
  failed(error: unknown): void;
  /** A change came before the last one was predicted. */
  coalesced(): void;
  /** How long a stage took one batch; `queue` is the longest wait in it. */
  took(stage: Stage, ms: number): void;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`, 0 for the end of this turn of the event loop; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Batcher<Item> {
  /** The item changed. Whatever number of changes, it is predicted once, in its newest state. */
  mark(item: Item): void;
  /** Capacity may have come free. */
  pump(): void;
  /** From now on no item is predicted more often than this. */
  pace(perSecond: number): void;
  /** Items waiting. */
  waiting(): number;
  /** For how long the one has waited that waits longest, beyond what the pace asks of it. */
  oldestMs(): number;
}

/** Larger batches only add latency on every engine measured … */
export const maxBatch = 8;
/** … but when as many wait, they save the way there and back, which a busy event loop makes long. */
export const crowdedBatch = 64;
/** A batch waits this long to fill: a hand does not notice, and every message to an engine costs as much as an image. */
export const patienceMs = 8;
const rasterBytes = 784;

/**
 * A set of changed items instead of a queue of requests: a slow engine predicts less often, never later and
 * later. First marked, first served, so under overload every item gets the same share. An item in flight is
 * not sent again until its answer is back, so a newer answer never comes before an older one.
 */
export function createBatcher<Item extends object>(parts: BatcherParts<Item>): Batcher<Item> {
  const { infer, raster, deliver, now, after } = parts;
  /** With the time each was marked first. */
  const dirty = new Map<Item, number>();
  const inFlight = new Set<Item>();
  const startedMs = new WeakMap<Item, number>();
  let intervalMs = 0;
  let look: { atMs: number; cancel(): void } | undefined;

  const dueMs = (item: Item, markedMs: number) =>
    Math.max(markedMs, (startedMs.get(item) ?? Number.NEGATIVE_INFINITY) + intervalMs);

  /** The next batch, or when to look again for one. */
  function next(): Item[] | { againMs: number } {
    const [items, at]: [Item[], number] = [[], now()];
    const most = dirty.size < crowdedBatch ? maxBatch : crowdedBatch;
    let againMs = Number.POSITIVE_INFINITY;
    for (const [item, markedMs] of dirty) {
      if (inFlight.has(item)) continue;
      const due = dueMs(item, markedMs);
      againMs = Math.min(againMs, due > at ? due : markedMs + patienceMs);
      if (due > at) continue;
      items.push(item);
      if (items.length === most) return items;
    }
    const full = items.length >= maxBatch || againMs <= at;
    return items.length > 0 && full ? items : { againMs };
  }

  async function run(items: Item[]) {
    const rasters = new Uint8Array(items.length * rasterBytes);
    const beganMs = now();
    parts.took('queue', beganMs - Math.min(...items.map(item => dirty.get(item) ?? beganMs)));
    const seqs = items.map((item, index) => raster(item, rasters, index * rasterBytes));
    parts.took('raster', now() - beganMs);
    for (const item of items) {
      dirty.delete(item);
      inFlight.add(item);
      startedMs.set(item, beganMs);
    }
    let batch: Batch;
    try {
      batch = await infer.predict(rasters, items.length);
    } catch (error) {
      for (const item of items) {
        inFlight.delete(item);
        mark(item);
      }
      parts.failed(error);
      pump();
      return;
    }
    for (const item of items) inFlight.delete(item);
    // The engine gets its next batch before anybody gets these answers: it must not wait for sockets.
    pump();
    const answeredMs = now();
    items.forEach((item, index) => {
      deliver(item, { seq: seqs[index], model: batch.model, distribution: batch.distributions[index] });
    });
    parts.took('deliver', now() - answeredMs);
  }

  function pump() {
    look?.cancel();
    look = undefined;
    while (infer.free() > 0) {
      const items = next();
      if (!Array.isArray(items)) return lookAt(items.againMs);
      void run(items);
    }
  }

  function lookAt(atMs: number) {
    if (atMs === Number.POSITIVE_INFINITY || (look !== undefined && look.atMs <= atMs)) return;
    look?.cancel();
    look = { atMs, cancel: after(Math.max(0, Math.ceil(atMs - now())), pump) };
  }

  function mark(item: Item) {
    if (dirty.has(item)) parts.coalesced();
    else dirty.set(item, now());
    // Whoever is busy looks again by itself.
    if (infer.free() > 0) lookAt(now() + (dirty.size < maxBatch ? patienceMs : 0));
  }

  return {
    mark,
    pump,
    pace(perSecond) {
      intervalMs = 1000 / perSecond;
    },
    waiting: () => dirty.size,
    oldestMs() {
      let oldestMs = 0;
      for (const [item, markedMs] of dirty) oldestMs = Math.max(oldestMs, now() - dueMs(item, markedMs));
      return oldestMs;
    },
  };
}
