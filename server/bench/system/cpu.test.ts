import { expect, test } from 'vitest';
import { type CpuReading, cpuBetween, type ProcessCpu, parseMachineStat, parseProcessStat } from './cpu.ts';

test("a process's CPU is user plus system time, whatever its name contains", () => {
  const stat = '42 (node) S 9 8) S 7 42 42 0 -1 4194304 900 0 0 0 120 30 5 6 20 0 11 0 88 1 2';
  expect(parseProcessStat(stat)).toEqual({ parent: 7, cpuMs: 1500, endedMs: 110 });
});

test("the machine's busy time excludes idle time and disk waits", () => {
  const stat = 'cpu  100 1 50 800 40 2 3 4 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n';
  expect(parseMachineStat(stat)).toEqual({ busyMs: 1600, totalMs: 10_000 });
});

test('the CPU use of a process tree is separated from other use', () => {
  const reading = (busyMs: number, cpuMs: readonly number[]): CpuReading => ({
    busyMs,
    totalMs: 2 * busyMs,
    processes: new Map([
      [1, { parent: 0, cpuMs: cpuMs[0], endedMs: 0 }],
      [2, { parent: 1, cpuMs: cpuMs[1], endedMs: 0 }],
      [3, { parent: 2, cpuMs: cpuMs[2], endedMs: 0 }],
    ]),
  });
  const use = cpuBetween(reading(1000, [100, 10, 1]), reading(2000, [400, 60, 21]));
  expect(use.ofProcess(2)).toBe(50);
  expect(use.ofTree(2)).toBe(70);
  expect(use.ofTree(1)).toBe(370);
  expect(use.otherShare(1)).toBeCloseTo(630 / 2000);
});

test('all CPU time of a process that started in between counts', () => {
  const none: CpuReading = { busyMs: 0, totalMs: 0, processes: new Map() };
  const one: CpuReading = {
    busyMs: 30,
    totalMs: 100,
    processes: new Map([[5, { parent: 1, cpuMs: 30, endedMs: 0 }]]),
  };
  expect(cpuBetween(none, one).ofTree(5)).toBe(30);
});

test('CPU time of a process that ended in between counts once', () => {
  const reading = (processes: [number, ProcessCpu][]): CpuReading => {
    return { busyMs: 0, totalMs: 1000, processes: new Map(processes) };
  };
  const before = reading([
    [1, { parent: 0, cpuMs: 100, endedMs: 0 }],
    [2, { parent: 1, cpuMs: 40, endedMs: 0 }],
  ]);
  const after = reading([[1, { parent: 0, cpuMs: 110, endedMs: 90 }]]);
  expect(cpuBetween(before, after).ofTree(1)).toBe(60);
});
