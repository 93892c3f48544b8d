import pino from 'pino';
import { expect, test } from 'vitest';
import { tooLate } from '../../db/connection/database-errors.ts';
import type { Rereading } from '../../db/rereadings.ts';
import type { Prediction } from '../../shared/http-api.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';
import { createRoom } from '../room/room.ts';
import { begin, predictionOf } from '../testing/drawings.ts';
import { createSchedule } from '../testing/schedule.ts';
import { createRereader, maxReread } from './rereader.ts';

interface Stored {
  id: number;
  raster: Uint8Array<ArrayBuffer>;
  reader: string;
}

function setUp() {
  const schedule = createSchedule();
  const state = { version: 'a', isIdle: true, away: false, answers: true };
  /** Ids of predicted drawings and samples, in order. */
  const predicted: (string | number)[] = [];
  const recorded: Rereading[][] = [];
  const announced: string[] = [];
  const samples: Stored[] = [];
  const finished: LiveDrawing[] = [];
  const rereader = createRereader({
    predictor: {
      changed(live) {
        predicted.push(live.id);
        live.guess = predictionOf([], { model: state.version });
      },
      predictOnce(raster) {
        predicted.push(raster[0]);
        const distribution = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0];
        return state.answers
          ? Promise.resolve({ model: state.version, probabilities: distribution })
          : new Promise<Prediction>(() => {});
      },
      isIdle: () => state.isIdle,
    },
    roomModels: { of: () => ({ version: state.version, card: { version: state.version } }) },
    drawings: {
      predictAgain: isIn => void predicted.push(`open drawings of ${['4b', '5c', '6d'].filter(isIn)}`),
      finishedIn: room => finished.filter(live => live.room.name === room),
    },
    rooms: { names: () => ['4b', '5c'] },
    store: {
      async readOutdated({ room, version, before = Infinity, limit }) {
        if (state.away) throw tooLate(1);
        if (room !== '4b') return { samples: [], next: null };
        const page = samples.filter(({ id }) => id < before).slice(0, limit);
        return {
          samples: page.filter(({ reader }) => reader !== version),
          next: page.length < limit ? null : page[page.length - 1]!.id,
        };
      },
      async recordRereadings(rereadings) {
        recorded.push([...rereadings]);
        for (const { id, model } of rereadings)
          for (const sample of samples) if (sample.id === id) sample.reader = model;
      },
    },
    announcer: { reread: (room, { model }) => void announced.push(`${room} ${model}`) },
    log: pino({ level: 'silent' }),
    after: schedule.after,
  });
  /** The newest first. */
  function store(count: number) {
    for (let id = count; id > 0; id--) samples.push({ id, raster: Uint8Array.of(id), reader: 'base' });
  }
  return { schedule, state, predicted, recorded, announced, samples, finished, rereader, store };
}

function finishedDrawings(count: number): LiveDrawing[] {
  const room = createRoom({ name: '4b', now: () => 0, onChanged() {}, onEvicted() {} });
  return Array.from({ length: count }, (_, i) => begin(room, { id: `wall ${i}` }));
}

test('[V15] open drawings are predicted again at once, then the wall, then the newest samples', async () => {
  const { schedule, predicted, recorded, announced, finished, rereader, store } = setUp();
  finished.push(...finishedDrawings(2));
  store(3);
  rereader.reread('4b');
  expect(predicted).toEqual(['open drawings of 4b', 'wall 0', 'wall 1']);
  await schedule.advance(100);
  expect(predicted.slice(3)).toEqual([3, 2, 1]);
  expect(recorded.flat()).toMatchObject([
    { id: 3, digit: 7, model: 'a' },
    { id: 2, digit: 7, model: 'a' },
    { id: 1, digit: 7, model: 'a' },
  ]);
  expect(announced).toEqual(['4b a']);
});

test('[V15] the work is bounded, a few at a time, and nothing is predicted twice', async () => {
  const { schedule, predicted, finished, rereader, store } = setUp();
  finished.push(...finishedDrawings(20));
  store(maxReread + 50);
  rereader.reread('4b');
  const counts: number[] = [];
  for (let i = 0; i < 200; i++) {
    counts.push(predicted.length);
    await schedule.advance(20);
  }
  const steps = counts.slice(1).map((count, i) => count - counts[i]!);
  expect(Math.max(...steps)).toBeLessThanOrEqual(8);
  expect(predicted.length).toBe(1 + 20 + maxReread);
  expect(new Set(predicted).size).toBe(predicted.length);
  expect(predicted).not.toContain(50);
});

test('[V15] live drawings go first, and do not keep the others waiting for ever', async () => {
  const { schedule, state, predicted, rereader, store } = setUp();
  store(9);
  state.isIdle = false;
  rereader.reread('4b');
  await schedule.advance(400);
  expect(predicted).toHaveLength(1);
  state.isIdle = true;
  await schedule.advance(20);
  expect(predicted).toHaveLength(9);
  state.isIdle = false;
  await schedule.advance(1_000);
  expect(predicted).toHaveLength(10);
});

test('[V15] a change of the house’s champion concerns the rooms in use that follow it', async () => {
  const { schedule, predicted, announced, rereader } = setUp();
  rereader.rereadHouse(['4b']);
  await schedule.advance(10_000);
  expect([predicted, announced]).toEqual([['open drawings of 5c'], ['5c a']]);
});

test('[V15] after a second change each drawing is predicted by the newest version', async () => {
  const { schedule, state, samples, rereader, store } = setUp();
  store(90);
  rereader.reread('4b');
  await schedule.advance(100);
  state.version = 'b';
  rereader.reread('4b');
  await schedule.advance(10_000);
  expect(new Set(samples.map(({ reader }) => reader))).toEqual(new Set(['b']));
});

test('[V16] samples that were on their way to the database are predicted again a little later', async () => {
  const { schedule, recorded, announced, rereader, store } = setUp();
  rereader.reread('4b');
  await schedule.advance(500);
  expect([announced, recorded.flat()]).toEqual([['4b a'], []]);
  store(1);
  await schedule.advance(10_000);
  expect(announced).toEqual(['4b a', '4b a']);
  expect(recorded.flat()).toHaveLength(1);
});

test('[V15] while the database is away the wall is predicted again all the same, and the samples after that', async () => {
  const { schedule, state, predicted, announced, finished, rereader, store } = setUp();
  finished.push(...finishedDrawings(1));
  store(1);
  state.away = true;
  rereader.reread('4b');
  await schedule.advance(500);
  expect([predicted.slice(1), announced]).toEqual([['wall 0'], []]);
  await schedule.advance(10_000);
  state.away = false;
  await schedule.advance(10_000);
  expect([predicted.slice(2), announced]).toEqual([[1], ['4b a']]);
});

test.each([
  ['rests', 5],
  ['waits for its next turn', 2_000],
])('nothing is armed after a stop while it %s, and nothing is predicted', async (_what, atMs) => {
  const { schedule, predicted, rereader, store } = setUp();
  store(20);
  rereader.reread('4b');
  await schedule.advance(atMs);
  const count = predicted.length;
  await rereader.stop();
  expect(schedule.armed()).toBe(0);
  rereader.reread('5c');
  await schedule.advance(10_000);
  expect(predicted.filter(what => typeof what === 'number')).toHaveLength(
    predicted.slice(0, count).filter(what => typeof what === 'number').length,
  );
  expect(schedule.armed()).toBe(0);
});
