import { expect, test } from 'vitest';
import { createRandom, int } from '../../shared/random.ts';
import { outputs } from '../../training/model/answers.ts';
import { bigPoints } from './batch-input.ts';
import {
  type Batch,
  bigPointsPerMs,
  createBatcher,
  crowdedBatch,
  crowdedIntervalMs,
  giveUpMs,
  maxBatch,
  pointsPerMs,
} from './batcher.ts';

interface Item {
  name: number;
  seq: number;
  delivered: number[];
  /** With the edits after which the item was as that raster has it. */
  raster?: { edits: number; bytes: Uint8Array };
  points?: number;
  version?: string;
}

/** A batcher with an engine and a clock that the test moves. */
function setUp(processes: number) {
  const running: { items: number[]; resolve(batch: Batch): void; reject(error: Error): void }[] = [];
  let timers: { atMs: number; run(): void }[] = [];
  let nowMs = 0;
  let failures = 0;
  let coalesced = 0;
  const lacking = new Set<string>();
  const batcher = createBatcher<Item>({
    inference: {
      free: () => processes - running.length,
      has: version => !lacking.has(version),
      predict: inputs =>
        new Promise((resolve, reject) => {
          const items = inputs.map(({ input }) => Number(input[0]));
          running.push({ items, resolve, reject });
        }),
    },
    version: item => item.version ?? 'm',
    read: item => ({ seq: item.seq, edits: 2 * item.seq, input: [[item.name]] }),
    points: item => item.points ?? 0,
    deliver(item, { seq, edits, raster }) {
      item.delivered.push(seq);
      if (raster !== undefined) item.raster = { edits, bytes: raster };
    },
    failed: () => failures++,
    coalesced: () => coalesced++,
    observeStage() {},
    now: () => nowMs,
    after(ms, run) {
      const timer = { atMs: nowMs + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter(each => each !== timer);
      };
    },
  });
  const finishWork = () => new Promise(resolve => setImmediate(resolve));
  return {
    batcher,
    running,
    lacking,
    failures: () => failures,
    coalesced: () => coalesced,
    pass(ms: number) {
      for (const endMs = nowMs + ms; ; nowMs++) {
        const due = timers.filter(timer => timer.atMs <= nowMs);
        timers = timers.filter(timer => timer.atMs > nowMs);
        for (const timer of due) timer.run();
        if (nowMs >= endMs) return;
      }
    },
    async answer(index = 0, bigRasters = new Map<number, Uint8Array>()) {
      const [batch] = running.splice(index, 1);
      batch.resolve({
        models: batch.items.map(() => 'm'),
        outputs: batch.items.map(() => new Array<number>(outputs).fill(0.1)),
        bigRasters,
        rasterMs: 1,
        computeMs: 1,
      });
      await finishWork();
    },
    async crash(index = 0) {
      const [batch] = running.splice(index, 1);
      batch.reject(new Error('crashed'));
      await finishWork();
    },
  };
}

const itemsOf = (count: number): Item[] =>
  Array.from({ length: count }, (_, name) => ({ name, seq: 0, delivered: [] }));

test('[PR3] the first change after a silence is predicted at the end of its turn, with all others of the turn', () => {
  const { batcher, running, pass } = setUp(1);
  for (const item of itemsOf(3)) batcher.markDirty(item);
  expect(running).toHaveLength(0);
  pass(0);
  expect(running.map(batch => batch.items)).toEqual([[0, 1, 2]]);
});

test('[PR3] after a batch another one starts when it is full, or when it is time', () => {
  const { batcher, running, pass } = setUp(3);
  const items = itemsOf(maxBatch + 2);
  batcher.markDirty(items[0]);
  pass(1);
  for (const item of items.slice(1, -1)) batcher.markDirty(item);
  pass(0);
  batcher.markDirty(items[maxBatch + 1]);
  pass(crowdedIntervalMs - 1);
  expect(running.map(batch => batch.items.length)).toEqual([1, maxBatch]);
  pass(1);
  expect(running.map(batch => batch.items.length)).toEqual([1, maxBatch, 1]);
});

test('[B6] at a lower pace an item is predicted that often, and in the end in its newest state', async () => {
  const { batcher, running, pass, answer } = setUp(1);
  batcher.setPace(5);
  const [item] = itemsOf(1);
  for (let ms = 0; ms < 950; ms++) {
    item.seq++;
    batcher.markDirty(item);
    pass(1);
    if (running.length > 0) await answer();
  }
  expect(item.delivered).toHaveLength(5);
  expect(batcher.oldestMs()).toBeLessThanOrEqual(crowdedIntervalMs);
  pass(200);
  await answer();
  expect(item.delivered.at(-1)).toBe(950);
  expect(batcher.waiting()).toBe(0);
});

test('[PR1] an item that changed many times while the workers were busy is predicted once, in its newest state', async () => {
  const { batcher, running, pass, answer, coalesced } = setUp(1);
  const [item] = itemsOf(1);
  batcher.markDirty(item);
  pass(crowdedIntervalMs);
  for (let change = 0; change < 100; change++) {
    item.seq++;
    batcher.markDirty(item);
  }
  pass(crowdedIntervalMs);
  await answer();
  expect(running).toHaveLength(1);
  await answer();
  expect(item.delivered).toEqual([0, 100]);
  expect(coalesced()).toBe(99);
  expect(running).toHaveLength(0);
});

test('[B6] under overload every item gets the same share', async () => {
  const { batcher, pass, answer, running } = setUp(1);
  const items = itemsOf(5 * crowdedBatch);
  for (let round = 0; round < 30; round++) {
    for (const item of items) {
      item.seq++;
      batcher.markDirty(item);
    }
    pass(crowdedIntervalMs);
    expect(running[0].items).toHaveLength(crowdedBatch);
    await answer();
  }
  const shares = items.map(item => item.delivered.length);
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
});

test('[PR4] an item that changed for the last time goes first, whatever the pace', async () => {
  const { batcher, running, pass, answer } = setUp(1);
  batcher.setPace(1);
  const items = itemsOf(3 * maxBatch);
  for (const item of items) batcher.markDirty(item);
  pass(0);
  for (const item of items.slice(0, 2)) {
    item.seq++;
    batcher.markDirty(item);
  }
  batcher.prioritise(items[1]);
  batcher.prioritise(items[3 * maxBatch - 1]);
  await answer();
  expect(running[0].items.slice(0, 2)).toEqual([1, 3 * maxBatch - 1]);
  for (let batch = 0; batch < 3; batch++) {
    if (running.length > 0) await answer();
    pass(crowdedIntervalMs);
  }
  expect(items[0].delivered).toEqual([0]);
  expect(items[1].delivered).toEqual([0, 1]);
});

test('[PR4] an item that waits too long for its last prediction is given up, one that may still change is not', async () => {
  const { batcher, running, pass, answer } = setUp(1);
  const items = itemsOf(3);
  batcher.markDirty(items[0]);
  pass(0);
  for (const item of items.slice(1)) batcher.markDirty(item);
  batcher.prioritise(items[1]);
  pass(giveUpMs + 1);
  await answer();
  expect(running.map(batch => batch.items)).toEqual([[2]]);
  await answer();
  expect(batcher.waiting()).toBe(0);
});

test('[PR5] an item is predicted less often the more points it has, and in the end in its newest state', async () => {
  const { batcher, running, pass, answer } = setUp(1);
  const [item] = itemsOf(1);
  item.points = 10 * bigPoints;
  const everyMs = item.points / pointsPerMs;
  for (let ms = 0; ms < 2 * everyMs - 2; ms++) {
    item.seq++;
    batcher.markDirty(item);
    pass(1);
    if (running.length > 0) await answer();
  }
  expect(item.delivered).toHaveLength(2);
  expect(batcher.oldestMs()).toBeLessThanOrEqual(crowdedIntervalMs);
  pass(everyMs);
  await answer();
  expect(item.delivered.at(-1)).toBe(2 * everyMs - 2);
});

test('[PR5] large items share a part of the workers, and the others do not wait for them', async () => {
  const { batcher, running, pass, answer } = setUp(1);
  const items = itemsOf(40);
  for (const item of items.slice(0, 30)) item.points = 8 * bigPoints;
  const stopMs = 3_000;
  for (let ms = 0; ms < stopMs; ms++) {
    for (const item of items) {
      item.seq++;
      batcher.markDirty(item);
    }
    pass(1);
    if (running.length === 0) continue;
    expect(running[0].items.filter(name => name < 30).length).toBeLessThanOrEqual(1);
    await answer();
  }
  const most = 1 + (stopMs * bigPointsPerMs) / (8 * bigPoints);
  const shares = items.map(item => item.delivered.length);
  expect(shares.slice(0, 30).reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(most);
  expect(Math.min(...shares.slice(0, 30))).toBeGreaterThan(0);
  expect(Math.min(...shares.slice(30))).toBeGreaterThan(stopMs / crowdedIntervalMs / 4);
  expect(batcher.oldestMs()).toBeLessThan(50);
});

test('[PR6] a batch that failed is predicted again', async () => {
  const { batcher, pass, answer, crash, failures } = setUp(1);
  const items = itemsOf(3);
  for (const item of items) batcher.markDirty(item);
  pass(crowdedIntervalMs);
  await crash();
  expect(failures()).toBe(1);
  pass(crowdedIntervalMs);
  await answer();
  expect(items.map(item => item.delivered)).toEqual([[0], [0], [0]]);
  expect(batcher.waiting()).toBe(0);
});

test('[PR2] nobody gets an older prediction after a newer one, and everybody gets the newest in the end', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = createRandom(seed);
    const { batcher, running, pass, answer, crash } = setUp(3);
    const items = itemsOf(20);
    for (let step = 0; step < 500; step++) {
      const item = items[int(random, items.length)];
      item.seq++;
      batcher.markDirty(item);
      if (random() < 0.5) pass(crowdedIntervalMs);
      if (running.length > 0 && random() < 0.3) await answer(int(random, running.length));
      if (running.length > 0 && random() < 0.02) await crash(int(random, running.length));
    }
    pass(crowdedIntervalMs);
    while (running.length > 0) {
      await answer();
      pass(crowdedIntervalMs);
    }
    for (const item of items) {
      expect(item.delivered).toEqual([...item.delivered].sort((a, b) => a - b));
      if (item.seq > 0) expect(item.delivered.at(-1)).toBe(item.seq);
    }
  }
});

test('[V11] an item waits for its version without delaying the others, and keeps its place', async () => {
  const { batcher, running, lacking, pass, answer } = setUp(1);
  lacking.add('cold');
  const [cold, warm] = itemsOf(2);
  cold.version = 'cold';
  batcher.markDirty(cold);
  batcher.markDirty(warm);
  pass(1);
  expect(running.map(batch => batch.items)).toEqual([[1]]);
  await answer();
  lacking.clear();
  batcher.flush();
  pass(crowdedIntervalMs);
  expect(running.map(batch => batch.items)).toEqual([[0]]);
});

test('the raster of a big item comes with the edits after which it was made', async () => {
  const { batcher, running, pass, answer } = setUp(1);
  const items = itemsOf(2);
  items[0].seq = 5;
  for (const item of items) batcher.markDirty(item);
  pass(crowdedIntervalMs);
  const bytes = new Uint8Array(784);
  const at = running[0].items.indexOf(items[0].name);
  // It changes while it is read.
  items[0].seq = 6;
  await answer(0, new Map([[at, bytes]]));
  expect(items.map(({ raster }) => raster)).toEqual([{ edits: 10, bytes }, undefined]);
});
