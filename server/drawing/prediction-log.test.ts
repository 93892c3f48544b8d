import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPredictionLog, maxStatementBytes, maxWaitingBytes } from './prediction-log.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp({ bytesOf }: { bytesOf(row: number): number } = { bytesOf: () => 1 }) {
  const stored: number[] = [];
  const statements: number[] = [];
  const state = { away: false, lost: 0 };
  const gallery = createPredictionLog<number>({
    async save(rows) {
      await new Promise(resolve => setTimeout(resolve, 50));
      if (state.away) throw new Error('away');
      statements.push(rows.length);
      stored.push(...rows);
    },
    bytesOf,
    log: pino({ level: 'silent' }),
    metrics: {
      unlogged: {
        inc(count: unknown) {
          state.lost += Number(count);
        },
      },
    },
  });
  return { gallery, stored, statements, state };
}

test('many drawings share a statement', async () => {
  const { gallery, stored, statements } = setUp();
  for (let row = 0; row < 100; row++) void gallery.append(row);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stored).toEqual(Array.from({ length: 100 }, (_, row) => row));
  expect(statements).toEqual([100]);
});

test('big drawings are stored a few at a time, with pauses for other work', async () => {
  const { gallery, stored, statements } = setUp({ bytesOf: row => row * maxStatementBytes });
  for (let row = 0; row < 9; row++) void gallery.append(0.4);
  void gallery.append(3);
  await vi.advanceTimersByTimeAsync(500 + 50);
  expect(statements).toEqual([2]);
  await vi.advanceTimersByTimeAsync(3 * 50 - 1);
  expect(stored).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(statements).toEqual([2, 2, 2, 2, 1, 1]);
});

test('small drawings that come while a statement runs share the next one after the usual delay', async () => {
  const { gallery, statements } = setUp();
  void gallery.append(0);
  await vi.advanceTimersByTimeAsync(500);
  void gallery.append(1);
  await vi.advanceTimersByTimeAsync(50 + 499);
  void gallery.append(2);
  expect(statements).toEqual([1]);
  await vi.advanceTimersByTimeAsync(1 + 50);
  expect(statements).toEqual([1, 2]);
});

test('a drawing that comes while a statement runs is stored once, by the next statement', async () => {
  const { gallery, stored } = setUp();
  for (let row = 0; row < 60; row++) {
    void gallery.append(row);
    await vi.advanceTimersByTimeAsync(37);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stored).toEqual(Array.from({ length: 60 }, (_, row) => row));
});

test('[L7] drawings wait while the database is away and are stored when it is back', async () => {
  const { gallery, stored, state } = setUp();
  state.away = true;
  for (let row = 0; row < 500; row++) void gallery.append(row);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(stored).toEqual([]);
  state.away = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(stored).toEqual(Array.from({ length: 500 }, (_, row) => row));
  expect(state.lost).toBe(0);
});

test('[A4] a record resolves when the drawing is stored, and at once while the database is away', async () => {
  const { gallery, stored, state } = setUp();
  const resolved: number[] = [];
  const record = (row: number) => void gallery.append(row).then(() => resolved.push(row));
  record(1);
  await vi.advanceTimersByTimeAsync(500);
  expect(resolved).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect({ resolved, stored }).toEqual({ resolved: [1], stored: [1] });
  state.away = true;
  record(2);
  await vi.advanceTimersByTimeAsync(1_000);
  record(3);
  await vi.advanceTimersByTimeAsync(1);
  expect({ resolved, stored }).toEqual({ resolved: [1, 2, 3], stored: [1] });
});

test('[L7] at most ten thousand drawings wait; the oldest are dropped and counted', async () => {
  const { gallery, stored, state } = setUp();
  state.away = true;
  for (let row = 0; row < 12_000; row++) void gallery.append(row);
  await vi.advanceTimersByTimeAsync(5_000);
  state.away = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.lost).toBe(2_000);
  expect(stored.at(0)).toBe(2_000);
  expect(stored).toHaveLength(10_000);
});

test('[L7] large drawings that wait are bounded by their bytes; the oldest are dropped', async () => {
  const { gallery, stored, state } = setUp({ bytesOf: row => (row % 2) * (maxWaitingBytes / 128) });
  state.away = true;
  for (let row = 0; row < 300; row++) void gallery.append(row);
  await vi.advanceTimersByTimeAsync(5_000);
  state.away = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.lost).toBe(44);
  expect(stored).toEqual(Array.from({ length: 256 }, (_, row) => row + 44));
});

test('[R11] closing stores what waits, and does not wait for a database that is away', async () => {
  const first = setUp();
  for (let row = 0; row < 450; row++) void first.gallery.append(row);
  const closed = first.gallery.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  await closed;
  expect(first.stored).toHaveLength(450);

  const second = setUp();
  second.state.away = true;
  void second.gallery.append(1);
  const given = second.gallery.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  await given;
  expect(second.state.lost).toBe(1);
});
