import { expect, test } from 'vitest';
import { type Trials, tryDevices } from './try-devices.ts';
import type { DeviceKind } from './worker-messages.ts';

const lasting = { isLost: () => false, lost: new Promise<string>(() => {}) };

/** Devices by their speed; an emulated one is negative, one that computes wrong numbers is NaN. */
async function search(speeds: Partial<Record<DeviceKind, number>>, more: Partial<Trials> = {}) {
  const calls: string[] = [];
  const kindOf = (name: string) => (['webgpu', 'webgl', 'wasm', 'cpu'] as const).find(kind => name === kind)!;
  const passed = await tryDevices({
    avoid: [],
    async start(kind) {
      const speed = speeds[kind];
      if (speed === undefined) throw new Error('None here');
      return { name: kind, isSoftware: speed < 0, ...lasting };
    },
    async test(kind) {
      calls.push(`test ${kind}`);
      if (Number.isNaN(speeds[kind])) throw new Error('Wrong numbers');
    },
    async time({ name }) {
      calls.push(`time ${name}`);
      return Math.abs(speeds[kindOf(name)]!);
    },
    report() {},
    ...more,
  });
  return { passed: passed.map(({ kind, samplesPerSecond }) => [kind, samplesPerSecond]), calls };
}

test('the fastest device is first, and the plain processor is not tried beside others', async () => {
  const { passed, calls } = await search({ webgpu: 900, webgl: 1_400, wasm: 1_900, cpu: 5 });
  expect(passed).toEqual([
    ['wasm', 1_900],
    ['webgl', 1_400],
    ['webgpu', 900],
  ]);
  expect(calls).not.toContain('test cpu');
});

test('a card that is far ahead of any processor ends the search', async () => {
  const { passed, calls } = await search({ webgpu: 23_000, webgl: 1_400, wasm: 1_900 });
  expect(passed).toEqual([['webgpu', 23_000]]);
  expect(calls).toEqual(['test webgpu', 'time webgpu']);
});

test('an emulated card is tried only if nothing else computes right', async () => {
  expect((await search({ webgpu: -40, wasm: 1_900 })).passed).toEqual([['wasm', 1_900]]);
  const alone = await search({ webgpu: -40, webgl: -10, wasm: Number.NaN, cpu: 5 });
  expect(alone.passed).toEqual([['webgpu', 40]]);
  expect((await search({ wasm: Number.NaN, cpu: 5 })).passed).toEqual([['cpu', 5]]);
});

test('a device that the page knows is tested again and not timed, and others only if it fails', async () => {
  const known = { kind: 'webgl', name: 'webgl', samplesPerSecond: 1_400 } as const;
  const again = await search({ webgpu: 900, webgl: 1_400, wasm: 1_900 }, { known });
  expect(again.passed).toEqual([['webgl', 1_400]]);
  expect(again.calls).toEqual(['test webgl']);
  const gone = await search({ webgpu: 900, wasm: 1_900 }, { known });
  expect(gone.passed[0]).toEqual(['wasm', 1_900]);
  const lost = await search({ webgl: 1_400, wasm: 1_900 }, { known, avoid: ['webgl'] });
  expect(lost.passed).toEqual([['wasm', 1_900]]);
});
