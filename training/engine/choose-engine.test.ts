import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BenchmarkResult } from './benchmark-engine.ts';
import { chooseEngine } from './choose-engine.ts';
import type { Engine } from './engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'inkling-native-'));
beforeAll(() => mkdirSync(join(folder, 'lib')));
afterAll(() => rmSync(folder, { recursive: true }));

const speed = (images: number, samples: number): BenchmarkResult => ({
  ok: true,
  speed: { images, samples },
});
function benchmarks(native: BenchmarkResult, wasm: BenchmarkResult = speed(1000, 1000)) {
  const benchmarked: Engine[] = [];
  return {
    benchmarked,
    async benchmark(engine: Engine) {
      benchmarked.push(engine);
      return engine === 'wasm' ? wasm : native;
    },
  };
}

test('each job gets the native engine only if its speed justifies its memory', async () => {
  const choose = (native: BenchmarkResult) =>
    chooseEngine({ setting: 'auto', folder }, benchmarks(native).benchmark);
  expect(await choose(speed(900, 3000))).toEqual({
    serving: 'wasm',
    training: 'tfjs-node',
    why: 'wasm and tfjs-node read 1000 and 900 a second, learn 1000 and 3000',
  });
  expect(await choose(speed(2000, 3000))).toMatchObject({ serving: 'tfjs-node', training: 'tfjs-node' });
  expect(await choose(speed(1100, 1100))).toMatchObject({ serving: 'wasm', training: 'wasm' });
});

test('without a measurement, wasm serves and tfjs-node trains', async () => {
  const { benchmark } = benchmarks({ ok: true, speed: null });
  expect(await chooseEngine({ setting: 'auto', folder }, benchmark)).toMatchObject({
    serving: 'wasm',
    training: 'tfjs-node',
  });
});

test('a broken engine is not used under any setting, and the choice has the reason', async () => {
  for (const setting of ['auto', 'tfjs-node'] as const) {
    const { benchmark } = benchmarks({ ok: false, why: 'libtensorflow.so.2 is missing' });
    const choice = await chooseEngine({ setting, folder }, benchmark);
    expect(choice).toMatchObject({ serving: 'wasm', training: 'wasm' });
    expect(choice.why).toBe('tfjs-node cannot be used: libtensorflow.so.2 is missing');
  }
});

test('a fixed setting or a missing package skips the benchmark', async () => {
  const { benchmarked, benchmark } = benchmarks(speed(1, 1));
  expect(await chooseEngine({ setting: 'wasm', folder }, benchmark)).toMatchObject({ serving: 'wasm' });
  const elsewhere = join(folder, 'nowhere');
  expect(await chooseEngine({ setting: 'auto', folder: elsewhere }, benchmark)).toEqual({
    serving: 'wasm',
    training: 'wasm',
    why: 'tfjs-node is not installed',
  });
  expect(benchmarked).toEqual([]);
  expect(await chooseEngine({ setting: 'tfjs-node', folder }, benchmark)).toMatchObject({
    training: 'tfjs-node',
  });
  expect(benchmarked).toEqual(['tfjs-node']);
});
