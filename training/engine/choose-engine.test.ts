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
function proofs(native: BenchmarkResult, wasm: BenchmarkResult = speed(1000, 1000)) {
  const asked: Engine[] = [];
  return {
    asked,
    async prove(engine: Engine) {
      asked.push(engine);
      return engine === 'wasm' ? wasm : native;
    },
  };
}

test('each job gets the engine that is faster at it by enough to be worth its memory', async () => {
  const choose = (native: BenchmarkResult) => chooseEngine({ setting: 'auto', folder }, proofs(native).prove);
  expect(await choose(speed(900, 3000))).toEqual({
    serving: 'wasm',
    training: 'tfjs-node',
    why: 'wasm and tfjs-node read 1000 and 900 a second, learn 1000 and 3000',
  });
  expect(await choose(speed(2000, 3000))).toMatchObject({ serving: 'tfjs-node', training: 'tfjs-node' });
  expect(await choose(speed(1100, 1100))).toMatchObject({ serving: 'wasm', training: 'wasm' });
});

test('where there was no time to measure, each gets what it is known for', async () => {
  const { prove } = proofs({ ok: true, speed: null });
  expect(await chooseEngine({ setting: 'auto', folder }, prove)).toMatchObject({
    serving: 'wasm',
    training: 'tfjs-node',
  });
});

test('an engine that is broken is not used, asked for or not, and the reason is passed on', async () => {
  for (const setting of ['auto', 'tfjs-node'] as const) {
    const { prove } = proofs({ ok: false, why: 'libtensorflow.so.2 is missing' });
    const choice = await chooseEngine({ setting, folder }, prove);
    expect(choice).toMatchObject({ serving: 'wasm', training: 'wasm' });
    expect(choice.why).toBe('tfjs-node cannot be used: libtensorflow.so.2 is missing');
  }
});

test('what is set, or not installed, is not measured', async () => {
  const { asked, prove } = proofs(speed(1, 1));
  expect(await chooseEngine({ setting: 'wasm', folder }, prove)).toMatchObject({ serving: 'wasm' });
  const elsewhere = join(folder, 'nowhere');
  expect(await chooseEngine({ setting: 'auto', folder: elsewhere }, prove)).toEqual({
    serving: 'wasm',
    training: 'wasm',
    why: 'tfjs-node is not installed',
  });
  expect(asked).toEqual([]);
  expect(await chooseEngine({ setting: 'tfjs-node', folder }, prove)).toMatchObject({
    training: 'tfjs-node',
  });
  expect(asked).toEqual(['tfjs-node']);
});
