import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { outputs } from '../../training/model/answers.ts';
import { createInferencePool } from './inference-pool.ts';
import type { FromProcess, ToProcess } from './inference-worker-messages.ts';
import { type InferenceProcess, maxLoaded } from './pool-slot.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A process that answers only when a test has it answer. */
function fakeProcess() {
  const received: ToProcess[] = [];
  let onMessage: (message: FromProcess) => void = () => {};
  let onExit: (how: string) => void = () => {};
  const state = { killed: false };
  const process: InferenceProcess = {
    send: message => received.push(message),
    onMessage(listener) {
      onMessage = listener;
    },
    onExit(listener) {
      onExit = listener;
    },
    kill() {
      state.killed = true;
      onExit('SIGKILL');
    },
  };
  return {
    process,
    received,
    state,
    load: (model = 'm') => onMessage({ type: 'loaded', model, engine: 'fake' }),
    answer: (count: number) =>
      onMessage({
        type: 'predicted',
        outputs: new Float32Array(count * outputs).fill(0.1),
        bigRasters: new Map([[0, raster.input]]),
        rasterMs: 1,
        computeMs: 1,
      }),
    /** One answer for each, all of whose outputs are that number. */
    answerRows: (values: readonly number[]) =>
      onMessage({
        type: 'predicted',
        outputs: Float32Array.from(values.flatMap(value => new Array<number>(outputs).fill(value))),
        bigRasters: new Map(values.map((value, place) => [place, Uint8Array.of(100 * value)])),
        rasterMs: 1,
        computeMs: 1,
      }),
    fail: () => onMessage({ type: 'failed', message: 'the self-test is off' }),
    crash: () => onExit('SIGSEGV'),
  };
}

function setUp(processes: number) {
  const spawned: ReturnType<typeof fakeProcess>[] = [];
  let freed = 0;
  let broken = 0;
  const loads: { version: string; give(weights: Uint8Array | null): void }[] = [];
  const pool = createInferencePool({
    processes,
    model: { version: 'm', weights: new Uint8Array(4) },
    load: version =>
      new Promise(resolve => {
        loads.push({ version, give: weights => resolve(weights && { weights }) });
      }),
    spawn() {
      const fake = fakeProcess();
      spawned.push(fake);
      return fake.process;
    },
    log: pino({ level: 'silent' }),
    onBroken: () => broken++,
  });
  pool.onFree(() => freed++);
  return { pool, spawned, loads, freed: () => freed, broken: () => broken };
}

const raster = { version: 'm', input: new Uint8Array(784) };

test('workers load the model before they count as free', () => {
  const { pool, spawned, freed } = setUp(2);
  expect(spawned.map(({ received }) => received)).toMatchObject([
    [{ type: 'load', model: 'm' }],
    [{ type: 'load' }],
  ]);
  expect(pool.ready()).toBe(false);
  spawned[0].load();
  expect(pool.ready()).toBe(true);
  expect(pool.free()).toBe(1);
  expect(freed()).toBe(1);
});

test('[V9] a process that answered any part of the server counts as free for all others', async () => {
  const { pool, spawned, freed } = setUp(1);
  spawned[0].load();
  const before = freed();
  const batch = pool.predict([raster]);
  spawned[0].answer(1);
  await batch;
  await expect.poll(freed).toBe(before + 1);
  expect(pool.free()).toBe(1);
});

test('[V9] a batch goes to a free worker and comes back as outputs of that worker’s version', async () => {
  const { pool, spawned } = setUp(1);
  spawned[0].load();
  const batch = pool.predict([raster, raster, raster]);
  expect(pool.free()).toBe(0);
  spawned[0].answer(3);
  expect(await batch).toEqual({
    models: ['m', 'm', 'm'],
    bigRasters: new Map([[0, raster.input]]),
    rasterMs: 1,
    outputs: Array.from({ length: 3 }, () => new Array(outputs).fill(0.1)),
    computeMs: 1,
  });
  expect(pool.free()).toBe(1);
});

test('[PR6] a crash costs the batch, and another worker takes over', async () => {
  const { pool, spawned } = setUp(1);
  spawned[0].load();
  const batch = pool.predict([raster]);
  spawned[0].crash();
  await expect(batch).rejects.toThrow('SIGSEGV');
  expect(pool.free()).toBe(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(spawned).toHaveLength(2);
  spawned[1].load();
  const again = pool.predict([raster]);
  spawned[1].answer(1);
  expect((await again).outputs).toHaveLength(1);
  expect(pool.restarts()).toBe(1);
});

test('[PR6] a worker that hangs over a batch is killed', async () => {
  const { pool, spawned, broken } = setUp(1);
  spawned[0].load();
  const batch = expect(pool.predict([raster])).rejects.toThrow('SIGKILL');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(spawned[0].state.killed).toBe(true);
  expect(broken()).toBe(1);
  await batch;
});

test('[PR6] a worker that hangs while it loads, or fails its self-test, is replaced', async () => {
  const { spawned, broken } = setUp(1);
  await vi.advanceTimersByTimeAsync(21_000);
  expect(spawned[0].state.killed).toBe(true);
  expect(spawned).toHaveLength(2);
  spawned[1].fail();
  expect(spawned[1].state.killed).toBe(true);
  expect(broken()).toBe(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(spawned).toHaveLength(3);
});

test('a worker that always dies is started ever less often', async () => {
  const { spawned } = setUp(1);
  for (let second = 0; second < 60; second++) {
    spawned.at(-1)?.crash();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(spawned.length).toBeLessThan(25);
  expect(spawned.length).toBeGreaterThan(10);
});

test('stop kills every worker and starts no other', async () => {
  const { pool, spawned } = setUp(2);
  spawned[0].load();
  pool.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(spawned.map(({ state }) => state.killed)).toEqual([true, true]);
  expect(spawned).toHaveLength(2);
});

const next = { version: 'n', weights: new Uint8Array(4) };

test('[V8] a new version reaches every worker while each goes on answering with the others', async () => {
  const { pool, spawned } = setUp(2);
  for (const { load } of spawned) load();
  const batch = pool.predict([raster]);
  let served = false;
  const serving = pool.serve(next).then(() => {
    served = true;
  });
  expect(spawned.map(({ received }) => received.at(-1))).toMatchObject([
    { type: 'load', model: 'n' },
    { type: 'load', model: 'n' },
  ]);
  expect(pool.free()).toBe(1);
  spawned[1].load('n');
  spawned[0].answer(1);
  expect((await batch).models).toEqual(['m']);
  expect(served).toBe(false);
  spawned[0].load('n');
  await serving;
  expect(pool.free()).toBe(2);
});

test('[V8] a worker that dies while it loads takes the new version when it is back', async () => {
  const { pool, spawned } = setUp(1);
  spawned[0].load();
  const serving = pool.serve(next);
  spawned[0].crash();
  await serving;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(spawned[1].received).toMatchObject([{ type: 'load', model: 'n' }]);
});

test('[V9] the inputs of one batch are grouped by version, and the answers are in the order of the inputs', async () => {
  const { pool, spawned } = setUp(1);
  spawned[0].load();
  void pool.prepare(next);
  spawned[0].load('n');
  const byNext = { version: 'n', input: new Uint8Array(784) };
  const batch = pool.predict([raster, byNext, raster]);
  expect(spawned[0].received.at(-1)).toMatchObject({
    type: 'predict',
    groups: [
      { model: 'm', count: 2 },
      { model: 'n', count: 1 },
    ],
  });
  spawned[0].answerRows([0.1, 0.2, 0.3]);
  const { models, outputs, bigRasters } = await batch;
  expect(models).toEqual(['m', 'n', 'm']);
  expect(outputs.map(([first]) => first)).toEqual([0.1, 0.3, 0.2]);
  expect([0, 1, 2].map(place => bigRasters.get(place)?.[0])).toEqual([10, 30, 20]);
});

test('[V11] a version that no worker has is loaded once when it is asked for', async () => {
  const { pool, spawned, loads, freed } = setUp(1);
  spawned[0].load();
  expect([pool.has('n'), pool.has('n')]).toEqual([false, false]);
  expect(loads.map(({ version }) => version)).toEqual(['n']);
  loads[0].give(new Uint8Array(4));
  await vi.advanceTimersByTimeAsync(0);
  expect(spawned[0].received.at(-1)).toMatchObject({ type: 'load', model: 'n' });
  expect(pool.has('n')).toBe(false);
  const before = freed();
  spawned[0].load('n');
  expect(pool.has('n')).toBe(true);
  expect(freed()).toBe(before + 1);
});

test('[V11] the champion predicts under its own name in place of a version that cannot be loaded, until the next try', async () => {
  const { pool, spawned, loads } = setUp(1);
  spawned[0].load();
  expect(pool.has('n')).toBe(false);
  loads[0].give(null);
  await vi.advanceTimersByTimeAsync(0);
  expect(pool.has('n')).toBe(true);
  const batch = pool.predict([{ version: 'n', input: new Uint8Array(784) }]);
  spawned[0].answer(1);
  expect((await batch).models).toEqual(['m']);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(pool.has('n')).toBe(false);
  expect(loads).toHaveLength(2);
});

test('[V11] a worker holds a bounded number of versions and evicts the one used longest ago, never the champion', async () => {
  const { pool, spawned } = setUp(1);
  spawned[0].load();
  for (let i = 1; i < maxLoaded; i++) {
    void pool.prepare({ version: `v${i}`, weights: new Uint8Array(4) });
    spawned[0].load(`v${i}`);
  }
  void pool.predict([{ version: 'v1', input: new Uint8Array(784) }]);
  spawned[0].answer(1);
  void pool.prepare(next);
  expect(spawned[0].received.filter(({ type }) => type === 'unload')).toEqual([
    { type: 'unload', model: 'v2' },
  ]);
});
