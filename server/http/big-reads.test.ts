import { beforeEach, expect, test } from 'vitest';
import { refuse } from '../core/refusal.ts';
import { bigReadBytes } from '../rate-limit/rate-limits.ts';
import { type BigReads, createBigReads, refuseAfterMs, restPerBusyMs } from './big-reads.ts';

const atOnce = 3;
let nowMs: number;
let busyMs: number;
let timers: { atMs: number; run(): void }[];
let reads: BigReads;

beforeEach(() => {
  [nowMs, busyMs, timers] = [0, 0, []];
  reads = createBigReads({
    now: () => nowMs,
    busyMs: () => busyMs,
    atOnce,
    after(ms, run) {
      timers.push({ atMs: nowMs + ms, run });
      return () => {};
    },
  });
});

const finishWork = () => new Promise(resolve => setImmediate(resolve));

async function pass(ms: number) {
  nowMs += ms;
  const due = timers.filter(({ atMs }) => atMs <= nowMs);
  timers = timers.filter(({ atMs }) => atMs > nowMs);
  for (const { run } of due) run();
  await finishWork();
}

/** A response that takes `tookMs` of the event loop. */
function busyFor(tookMs: number, begun: string[] = [], name = '') {
  return async () => {
    begun.push(name);
    await finishWork();
    busyMs += tookMs;
    return 'text';
  };
}

test('[S11] a response that kept the event loop busy is followed by a pause of several times as long', async () => {
  await reads.turn('ada', busyFor(20));
  const begun: string[] = [];
  const second = reads.turn('ada', busyFor(1, begun, 'second'));
  await pass(restPerBusyMs * 20 - 1);
  expect(begun).toEqual([]);
  await pass(1);
  await second;
  expect(begun).toEqual(['second']);
});

test('[S11] a few responses are made at once, and addresses take turns', async () => {
  const begun: string[] = [];
  const all = [
    ...Array.from({ length: atOnce + 2 }, () => reads.turn('greedy', busyFor(0, begun, 'greedy'))),
    reads.turn('modest', busyFor(0, begun, 'modest')),
  ];
  expect(begun).toEqual([]);
  await finishWork();
  expect(begun).toEqual(Array.from({ length: atOnce }, () => 'greedy'));
  await Promise.all(all);
  expect(begun.slice(atOnce, atOnce + 2)).toContain('modest');
});

test('[S11] [A6] an address that has read its bytes is refused, a second late, until they have come back', async () => {
  const big = Buffer.alloc(bigReadBytes.burst + 3 * bigReadBytes.perSecond);
  expect(await reads.serve('greedy', async () => big)).toBe(big);
  await pass(1_000);
  let answer: unknown;
  void reads
    .serve('greedy', async () => 'more')
    .then(value => {
      answer = value;
    });
  await pass(refuseAfterMs - 1);
  expect(answer).toBeUndefined();
  await pass(1);
  expect(answer).toMatchObject({ reason: 'rate_limited', retryAfterMs: expect.any(Number) });
  expect(await reads.serve('modest', async () => 'text')).toBe('text');
  await pass(2_000);
  expect(await reads.serve('greedy', async () => 'more')).toBe('more');
});

test('a refusal of the response itself passes through and costs nothing', async () => {
  const refusal = refuse('not_found', 'There is nothing.');
  expect(await reads.serve('ada', async () => refusal)).toBe(refusal);
});

test('a response that fails gives its turn to the next', async () => {
  const failing = Array.from({ length: atOnce + 1 }, () =>
    reads.turn('ada', () => Promise.reject(new Error('gone'))),
  );
  await Promise.all(failing.map(each => expect(each).rejects.toThrow('gone')));
  expect(await reads.turn('ada', async () => 'text')).toBe('text');
});
