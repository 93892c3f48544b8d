import { expect, test } from 'vitest';
import { createSchedule } from '../testing/schedule.ts';
import { coalesce, coalesceByKey } from './coalesce.ts';

test('forty pages that ask after every drawing cost two reads a second, and none gets an outdated answer', async () => {
  const schedule = createSchedule();
  let readings = 0;
  const read = coalesce({
    work: async () => ({ readings: ++readings, atMs: schedule.nowMs() }),
    minMs: 500,
    now: schedule.nowMs,
    wait: schedule.wait,
  });
  let answers = 0;
  for (let drawing = 0; drawing < 600; drawing++) {
    const askedMs = schedule.nowMs();
    for (let page = 0; page < 40; page++)
      void read().then(({ atMs }) => {
        answers++;
        expect(atMs).toBeGreaterThanOrEqual(askedMs);
      });
    await schedule.advance(100);
  }
  await schedule.advance(1_000);
  expect(answers).toBe(24_000);
  expect(readings).toBeLessThanOrEqual(122);
});

test('the first request is answered at once, and a failure is not kept', async () => {
  const schedule = createSchedule();
  let fails = true;
  const read = coalesce({
    work: () => (fails ? Promise.reject(new Error('It is away.')) : Promise.resolve('read')),
    minMs: 500,
    now: schedule.nowMs,
    wait: schedule.wait,
  });
  await expect(read()).rejects.toThrow('It is away.');
  fails = false;
  const again = read();
  await schedule.advance(500);
  expect(await again).toBe('read');
});

test('what is shared is shared by key', async () => {
  const schedule = createSchedule();
  const read: string[] = [];
  const ask = coalesceByKey({
    work: async (room: string) => {
      read.push(room);
      return room;
    },
    minMs: 500,
    now: schedule.nowMs,
    wait: schedule.wait,
  });
  const asked = ['4b', '5c', '4b', '5c'].map(ask);
  expect(await Promise.all(asked)).toEqual(['4b', '5c', '4b', '5c']);
  expect(read).toEqual(['4b', '5c']);
  const again = ask('4b');
  await schedule.advance(499);
  expect(read).toHaveLength(2);
  await schedule.advance(1);
  expect(await again).toBe('4b');
});
