import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { tooLate } from '../../db/connection/database-errors.ts';
import type { LabelRow, PredictionRow } from '../../db/predictions.ts';
import { rasterise } from '../../shared/rasterise.ts';
import { createRoom, type Room } from '../room/room.ts';
import { idleDrawingsParts, predictionOf } from '../testing/drawings.ts';
import { createSchedule, type Schedule } from '../testing/schedule.ts';
import { createDrawings, type Drawings } from './drawing-service.ts';
import { createLabels } from './labels.ts';
import type { Drawer } from './live-drawing.ts';

/** The rows of the fake database, by drawing. */
let rows: Map<string, PredictionRow & { digit?: number }>;
let drawings: Drawings;
let feedback: ReturnType<typeof createLabels>;
let ada: Drawer;
let databaseIsAway: boolean;
let schedule: Schedule;
/** Resolves when the fake database accepts labels. */
let writeLabel: Promise<void>;
let writes: number;

let room: Room;
beforeEach(() => {
  rows = new Map();
  databaseIsAway = false;
  schedule = createSchedule();
  writeLabel = Promise.resolve();
  writes = 0;
  room = createRoom({ name: 'room', now: () => 0, onChanged: () => {}, onEvicted: () => {} });
  ada = {
    session: 'ada',
    address: 'home',
    room,
    person: 1,
    guess: () => {},
    opinion: () => {},
    page: () => 0,
    setPage: () => {},
  };
  feedback = createLabels({
    store: {
      async recordLabel(row: LabelRow) {
        await writeLabel;
        writes++;
        rows.set(row.drawing, row);
        return { sample: 1 };
      },
      relabel: async ({ drawing }) => (rows.has(drawing) ? { sample: 1 } : 'unknown'),
      async labelOf(drawing) {
        if (databaseIsAway) throw tooLate(1);
        return rows.get(drawing)?.digit ?? null;
      },
    },
    predictionLog: {
      async append(row) {
        writes++;
        rows.set(row.drawing, { ...rows.get(row.drawing), ...row });
      },
    },
    metrics: { labels: { inc() {} } },
    log: pino({ level: 'silent' }),
  });
  drawings = createDrawings({
    ...idleDrawingsParts(),
    feedback,
    after: schedule.after,
    predictor: {
      // Every edit is guessed at once.
      changed(live) {
        const { seq, points } = live.drawing;
        live.guess = points === 0 ? undefined : predictionOf([1], { seq, model: `seen ${points}` });
        for (const resolve of live.predictionWaiters.splice(0)) resolve();
      },
      lifted() {},
      prioritise() {},
    },
  });
});

const bar = [1, 1, 9, 1];
const stem = [9, 1, 4, 9];
const add = (stroke: number, points: number[], drawing = 'a') =>
  drawings.draw(ada, { drawing, seq: stroke + 1, stroke, offset: 0, points });
const redraw = (strokes: number[][], drawing = 'a') => drawings.redraw(ada, { drawing, seq: 50, strokes });
const label = (digit: number, drawing = 'a') => drawings.label(ada, { drawing, digit });

test('[L3] a label given early is stored with the finished drawing: its ink, raster and prediction', async () => {
  add(0, bar);
  await label(7);
  add(1, stem);
  await drawings.finish(ada, { drawing: 'a' });
  const strokes = [bar, stem];
  expect(rows.get('a')).toMatchObject({ digit: 7, strokes, raster: rasterise(strokes), model: 'seen 4' });
});

test('[L3] a drawing that did not change after its label is written once', async () => {
  add(0, bar);
  await label(7);
  await drawings.finish(ada, { drawing: 'a' });
  expect(writes).toBe(1);
});

test('[L3] ink drawn while the label is being stored is stored too', async () => {
  const written = Promise.withResolvers<void>();
  writeLabel = written.promise;
  add(0, bar);
  const asked = label(7);
  add(1, stem);
  await new Promise(resolve => setImmediate(resolve));
  add(2, [3, 5, 8, 5]);
  const finished = drawings.finish(ada, { drawing: 'a' });
  written.resolve();
  await Promise.all([asked, finished]);
  expect(rows.get('a')).toMatchObject({ digit: 7, strokes: [bar, stem, [3, 5, 8, 5]] });
});

test('[L3] a labelled drawing is stored as it was left when its author is gone or starts too many others', async () => {
  add(0, bar);
  await label(7);
  add(1, stem);
  const [live] = drawings.open();
  drawings.expire(live!);
  await live!.logging;
  expect(rows.get('a')).toMatchObject({ digit: 7, strokes: [bar, stem] });
});

test('[L3] a server that stops stores what labelled drawings gained, and no other open drawing', async () => {
  add(0, bar);
  await label(7);
  add(1, stem);
  add(0, bar, 'unlabelled');
  await Promise.all(drawings.open().map(feedback.storeOpen));
  expect([...rows.keys()]).toEqual(['a']);
  expect(rows.get('a')).toMatchObject({ digit: 7, strokes: [bar, stem] });
});

test('[L4] a labelled drawing whose ink is taken back ends as it was labelled and takes no other ink', async () => {
  add(0, bar);
  add(1, stem);
  await label(7);
  redraw([bar]);
  expect(redraw([])).toEqual({ ok: true });
  expect(drawings.open()).toEqual([]);
  expect(add(0, [2, 2, 3, 3])).toMatchObject({ reason: 'unknown_drawing' });
  await drawings.finish(ada, { drawing: 'a' });
  expect(rows.get('a')).toMatchObject({ digit: 7, strokes: [bar, stem] });
  expect(room.snapshot(0).tiles).toMatchObject([{ drawing: 'a', label: 7, finished: true }]);
});

test('[L4] ink taken back while its label is being stored belongs to the label', async () => {
  add(0, bar);
  const asked = label(7);
  redraw([]);
  expect(await asked).toMatchObject({ ok: true });
  expect(rows.get('a')).toMatchObject({ digit: 7, strokes: [bar], raster: rasterise([bar]) });
  expect(drawings.open()).toEqual([]);
});

test('[L4] a drawing without a label whose ink is taken back goes on', () => {
  add(0, bar);
  redraw([]);
  expect(drawings.open()).toHaveLength(1);
  expect(add(0, stem)).toBe('applied');
});

const labelOnWall = () => room.snapshot(0).tiles.find(({ drawing }) => drawing === 'a')?.label;

test('[L8] a label changed in the database, or taken off there, is shown on the wall, drawn or finished', async () => {
  add(0, bar);
  await label(7);
  const [live] = drawings.open();
  for (const digit of [4, undefined, 9]) {
    rows.set('a', { ...rows.get('a')!, digit });
    drawings.readLabel('a');
    await live!.labelling;
    expect(labelOnWall()).toBe(digit);
    if (digit === 4) await drawings.finish(ada, { drawing: 'a' });
  }
  drawings.readLabel('not held here');
});

test('[L8] a label that was given meanwhile is not replaced by an older one of the database', async () => {
  add(0, bar);
  await label(7);
  const written = Promise.withResolvers<void>();
  writeLabel = written.promise;
  const labelled = label(2);
  drawings.readLabel('a');
  written.resolve();
  await labelled;
  await drawings.finish(ada, { drawing: 'a' });
  expect(labelOnWall()).toBe(2);
});

test('[L8] a changed label is read when the database is back', async () => {
  add(0, bar);
  await label(7);
  rows.set('a', { ...rows.get('a')!, digit: 4 });
  databaseIsAway = true;
  drawings.start();
  drawings.readLabel('a');
  await schedule.advance(10_000);
  expect(labelOnWall()).toBe(7);
  databaseIsAway = false;
  await schedule.advance(2_000);
  expect(labelOnWall()).toBe(4);
});

test('[L8] other nodes get a label for a drawing that is not held here', async () => {
  const relabelled: string[] = [];
  drawings.onRelabelled(drawing => relabelled.push(drawing));
  add(0, bar);
  await label(7);
  expect(relabelled).toEqual([]);
  drawings.evict(drawings.open()[0]!);
  await label(3);
  await label(3, 'nowhere');
  expect(relabelled).toEqual(['a']);
});

test('[L3] the raster that came with the newest guess is stored, one of an earlier state is not', async () => {
  add(0, bar);
  const [live] = drawings.open();
  const bytes = new Uint8Array(784).fill(9);
  live!.raster = { edits: live!.edits, bytes };
  await label(7);
  expect(rows.get('a')!.raster).toBe(bytes);
  add(1, stem);
  await drawings.finish(ada, { drawing: 'a' });
  expect(rows.get('a')!.raster).toEqual(rasterise([bar, stem]));
});
