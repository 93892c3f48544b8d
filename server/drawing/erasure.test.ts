import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LabelRow, PredictionRow } from '../../db/predictions.ts';
import { createRoom } from '../room/room.ts';
import { idleDrawingsParts } from '../testing/drawings.ts';
import { createDrawings, type Drawings } from './drawing-service.ts';
import { createErasure, type Erasure } from './erasure.ts';
import { createLabels } from './labels.ts';
import type { Drawer } from './live-drawing.ts';
import { createPredictionLog, type PredictionLog } from './prediction-log.ts';

/** Drawings, labels and the log as in the server, before a database that is an array. */
let stored: { drawing: string; author: string }[];
let predictionLog: PredictionLog<PredictionRow>;
let drawings: Drawings;
let erasure: Erasure;
let forgotten: string[];
let ada: Drawer;
let bob: Drawer;
/** How long a statement takes. */
let statementMs: number;

beforeEach(() => {
  vi.useFakeTimers();
  [stored, forgotten, statementMs] = [[], [], 50];
  const log = pino({ level: 'silent' });
  const inc = () => {};
  async function save(rows: readonly PredictionRow[]) {
    await new Promise(resolve => setTimeout(resolve, statementMs));
    stored.push(...rows);
  }
  predictionLog = createPredictionLog<PredictionRow>({
    save,
    bytesOf: () => 1,
    log,
    metrics: { unlogged: { inc } },
  });
  const feedback = createLabels({
    store: {
      async recordLabel(row: LabelRow) {
        await save([row]);
        return { sample: stored.length };
      },
      relabel: async () => 'unknown',
      labelOf: async () => null,
    },
    predictionLog,
    metrics: { labels: { inc } },
    log,
  });
  drawings = createDrawings({ ...idleDrawingsParts(), feedback });
  erasure = createErasure({
    store: {
      async eraseDrawings({ author, drawings: named, limit }) {
        const gone = stored
          .filter(row => row.author === author && (named?.includes(row.drawing) ?? true))
          .slice(0, limit);
        stored = stored.filter(row => !gone.includes(row));
        return gone.map(({ drawing }) => drawing);
      },
    },
    drawings,
    predictionLog,
    networks: { forget: session => void forgotten.push(session) },
    log,
  });
  const room = createRoom({ name: 'room', now: () => 0, onChanged: () => {}, onEvicted: () => {} });
  const drawer = (session: string): Drawer => ({
    session,
    address: 'home',
    room,
    person: 1,
    guess: () => {},
    opinion: () => {},
    page: () => 0,
    setPage: () => {},
  });
  [ada, bob] = [drawer('ada'), drawer('bob')];
});
afterEach(async () => {
  const stopping = predictionLog.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  await stopping;
  vi.useRealTimers();
});

const begin = (drawer: Drawer, drawing: string) =>
  drawings.draw(drawer, { drawing, seq: 1, stroke: 0, offset: 0, points: [1, 1] });
async function finishWork<Value>(work: Promise<Value>): Promise<Value> {
  await vi.advanceTimersByTimeAsync(10_000);
  return work;
}

test('[PV3] nothing of an erased session is stored, however far a drawing was on its way', async () => {
  for (const [drawer, id] of [
    [ada, 'open'],
    [ada, 'finished'],
    [ada, 'labelled'],
    [ada, 'long ago'],
    [bob, 'of bob'],
  ] as const)
    begin(drawer, id);
  void drawings.finish(ada, { drawing: 'long ago' });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(stored).toHaveLength(1);
  void drawings.finish(ada, { drawing: 'finished' });
  void drawings.finish(bob, { drawing: 'of bob' });
  void drawings.label(ada, { drawing: 'labelled', digit: 3 });
  await finishWork(erasure.erase('ada'));
  expect(stored.map(({ drawing }) => drawing)).toEqual(['of bob']);
  expect(drawings.count()).toBe(1);
  expect(forgotten).toEqual(['ada']);
});

test('[PV3] an erased drawing takes neither ink nor label, and a new one is stored', async () => {
  begin(ada, 'old');
  await finishWork(erasure.erase('ada'));
  expect(drawings.redraw(ada, { drawing: 'old', seq: 2, strokes: [[1, 1]] })).toMatchObject({
    reason: 'not_found',
  });
  expect(await drawings.label(ada, { drawing: 'old', digit: 1 })).toMatchObject({ reason: 'not_found' });
  begin(ada, 'new');
  await finishWork(drawings.finish(ada, { drawing: 'new' }));
  expect(stored.map(({ drawing }) => drawing)).toEqual(['new']);
});

test('[PV3] rows that wait while the database is slow are dropped', async () => {
  statementMs = 5_000;
  begin(ada, 'first');
  void drawings.finish(ada, { drawing: 'first' });
  await vi.advanceTimersByTimeAsync(2_000);
  begin(ada, 'second');
  void drawings.finish(ada, { drawing: 'second' });
  expect(await finishWork(erasure.erase('ada').then(count => count))).toBeGreaterThan(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stored).toEqual([]);
});

test('[PV3] another node erases what it holds of the session, and nothing that was begun later', async () => {
  begin(ada, 'before');
  void drawings.finish(ada, { drawing: 'before' });
  begin(ada, 'on the pad');
  const atMs = Date.now();
  await vi.advanceTimersByTimeAsync(5_000);
  begin(ada, 'later');
  void drawings.finish(ada, { drawing: 'later' });
  erasure.follow({ author: 'ada', atMs });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(stored.map(({ drawing }) => drawing)).toEqual(['later']);
  expect(drawings.openOf('ada')).toBeUndefined();
});
