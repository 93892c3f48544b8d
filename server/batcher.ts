import type { Distribution } from '../shared/distribution.ts';

/** Answers of one batch, all of one model version. */
export interface Batch {
  model: string;
  distributions: Distribution[];
}

/** Where batches are computed. */
export interface Inference {
  /** Batches that could start right now. */
  free(): number;
  /** `rasters`: `count` × 784 bytes. Rejects when the process that had it died or hung. */
  predict(rasters: Uint8Array, count: number): Promise<Batch>;
}

export interface BatcherParts<Item> {
  infer: Inference;
  /** Writes the item's newest state as 784 bytes at `offset` and returns the seq it has seen. */
  raster(item: Item, rasters: Uint8Array, offset: number): number;
  deliver(item: Item, answer: { seq: number; model: string; distribution: Distribution }): void;
  /** Runs `pump` soon, once for all marks of this turn of the event loop. */
  schedule(pump: () => void): void;
  failed(error: unknown): void;
}

export interface Batcher<Item> {
  /** The item changed. Whatever number of changes, it is predicted once, in its newest state. */
  mark(item: Item): void;
  /** Capacity may have come free. */
  pump(): void;
  /** Items waiting. */
  waiting(): number;
}

/** Larger batches only add latency on every engine measured. */
export const maxBatch = 8;
const rasterBytes = 784;

/**
 * A set of changed items instead of a queue of requests: a slow engine predicts less often, never later and
 * later. First marked, first served, so under overload every item gets the same share. An item in flight is
 * not sent again until its answer is back, so a newer answer never comes before an older one.
 */
export function createBatcher<Item>({
  infer,
  raster,
  deliver,
  schedule,
  failed,
}: BatcherParts<Item>): Batcher<Item> {
  const dirty = new Set<Item>();
  const inFlight = new Set<Item>();
  let scheduled = false;

  function next(): Item[] {
    const items: Item[] = [];
    for (const item of dirty) {
      if (inFlight.has(item)) continue;
      items.push(item);
      if (items.length === maxBatch) break;
    }
    return items;
  }

  async function run(items: Item[]) {
    const rasters = new Uint8Array(items.length * rasterBytes);
    const seqs = items.map((item, index) => raster(item, rasters, index * rasterBytes));
    for (const item of items) {
      dirty.delete(item);
      inFlight.add(item);
    }
    let batch: Batch;
    try {
      batch = await infer.predict(rasters, items.length);
    } catch (error) {
      for (const item of items) {
        inFlight.delete(item);
        dirty.add(item);
      }
      failed(error);
      pump();
      return;
    }
    for (const item of items) inFlight.delete(item);
    // The engine gets its next batch before anybody gets these answers: it must not wait for sockets.
    pump();
    items.forEach((item, index) => {
      deliver(item, { seq: seqs[index], model: batch.model, distribution: batch.distributions[index] });
    });
  }

  function pump() {
    scheduled = false;
    while (infer.free() > 0) {
      const items = next();
      if (items.length === 0) return;
      void run(items);
    }
  }

  return {
    mark(item) {
      dirty.add(item);
      if (scheduled) return;
      scheduled = true;
      schedule(pump);
    },
    pump,
    waiting: () => dirty.size,
  };
}
