import { beforeEach, expect, test } from 'vitest';
import { maxOpenDrawings, maxPointsPerDrawing, openPerPage } from '../../shared/limits.ts';
import type { Draw } from '../../shared/protocol.ts';
import { freePoints, maxBurstPoints, storedBytes } from '../rate-limit/rate-limits.ts';
import { createRoom, type Room } from '../room/room.ts';
import { idleDrawingsParts } from '../testing/drawings.ts';
import { createDrawings, type Drawings, type DrawingsParts } from './drawing-service.ts';
import type { Drawer, LiveDrawing } from './live-drawing.ts';

let finished: string[];
let unlogged: number;
let pay: (bytes: number) => number;
let drawings: Drawings;
let ada: Drawer;
let bob: Drawer;

let room: Room;
beforeEach(() => {
  finished = [];
  unlogged = 0;
  pay = () => 0;
  room = createRoom({ name: 'room', now: () => 0, onChanged: () => {}, onEvicted: () => {} });
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
  ada = drawer('ada');
  bob = drawer('bob');
  drawings = createWith({ storeFinished: async live => void finished.push(live.id) });
});

function createWith(change: Partial<DrawingsParts['feedback']>) {
  const idle = idleDrawingsParts();
  return createDrawings({
    ...idle,
    feedback: { ...idle.feedback, ...change },
    budget: { payFor: (_drawer, bytes) => pay(bytes) },
    metrics: { ...idle.metrics, unlogged: { inc: () => unlogged++ } },
  });
}

const begin = (drawer: Drawer, drawing: string) =>
  drawings.draw(drawer, { drawing, seq: 1, stroke: 0, offset: 0, points: [1, 1] });

test('[E7] a drawing starts with its first point and nowhere else', () => {
  expect(begin(ada, 'a')).toBe('applied');
  expect(drawings.draw(ada, { drawing: 'b', seq: 1, stroke: 0, offset: 3, points: [1, 1] })).toBe('resend');
  expect(drawings.count()).toBe(1);
});

/** Draws with the time and the predictor of the test. */
function setUpPen() {
  const calls: string[] = [];
  let nowMs = 1_000;
  const idle = idleDrawingsParts();
  drawings = createDrawings({
    ...idle,
    now: () => nowMs,
    predictor: {
      changed: ({ edits }) => calls.push(`changed ${edits}`),
      lifted: ({ edits }) => calls.push(`lifted ${edits}`),
      prioritise() {},
    },
  });
  const draw = (offset: number, more: Partial<Draw> = {}, drawer = ada) => {
    nowMs += 100;
    return drawings.draw(drawer, { drawing: 'a', seq: offset, stroke: 0, offset, points: [1, 1], ...more });
  };
  return { calls, draw, nowMs: () => nowMs, live: () => drawings.openOf('ada')! };
}

test('[E15] a lift, with the last points or after them, is no edit of the ink', () => {
  const { calls, draw, live } = setUpPen();
  draw(0);
  room.buildFrames();
  const lift = { seq: 0, points: [], lifted: true };
  expect(draw(1, lift)).toBe('applied');
  expect(room.buildFrames()).toEqual([]);
  expect(live()).toMatchObject({ edits: 1, drawing: { seq: 0, strokes: [[1, 1]] }, pen: { state: 'up' } });
  expect(draw(0, { stroke: 1, lifted: true })).toBe('applied');
  expect(calls).toEqual(['changed 1', 'lifted 1', 'changed 2']);
  expect(live().pen.state).toBe('up');
});

test('[E15] a lift that does not fit asks for the whole drawing, or is stale', () => {
  const { draw, live } = setUpPen();
  expect(draw(1, { points: [], lifted: true })).toBe('resend');
  draw(0);
  expect(draw(5, { seq: 9, points: [], lifted: true })).toBe('resend');
  expect(draw(5, { seq: 0, points: [], lifted: true })).toBe('stale');
  expect(live().pen.state).toBe('unknown');
});

test('[PR12] the pen is down between lifts, and unknown while the connection has reported no lift', () => {
  const { draw, live, nowMs } = setUpPen();
  draw(0);
  draw(1);
  expect(live().pen).toEqual({ state: 'unknown', sinceMs: nowMs() });
  draw(2, { lifted: true });
  expect(live().pen).toEqual({ state: 'up', sinceMs: nowMs() });
  draw(0, { stroke: 1 });
  expect(live().pen).toEqual({ state: 'down', sinceMs: nowMs() });
  draw(0, { drawing: 'b' });
  expect(live()).toMatchObject({ id: 'b', pen: { state: 'down' } });
  draw(0, { drawing: 'c' }, { ...ada });
  expect(live()).toMatchObject({ id: 'c', pen: { state: 'unknown' } });
});

test('[PR11] a redraw begins the rest anew and leaves the pen as it was', () => {
  const { draw, live, nowMs } = setUpPen();
  draw(0, { lifted: true });
  const before = live().pen.sinceMs;
  draw(0, { drawing: 'b' });
  drawings.redraw(ada, { drawing: 'a', seq: 9, strokes: [[2, 2]] });
  const [first] = drawings.open();
  expect(first?.pen).toEqual({ state: 'up', sinceMs: nowMs() });
  expect(nowMs()).toBeGreaterThan(before);
});

test('[E8] a session that starts too many drawings has its oldest finished, and no other session has', () => {
  begin(bob, 'of bob');
  for (let number = 0; number < maxOpenDrawings + 2; number++) begin(ada, `${number}`);
  expect(finished).toEqual(['0', '1']);
  const open: LiveDrawing[] = drawings.open();
  expect(open.map(live => live.id).sort()).toEqual(['2', '3', '4', '5', 'of bob']);
});

test('[P2] the author of a drawing on another page is moved there', () => {
  const pages: number[] = [];
  const author = (session: string) => ({ ...ada, session, setPage: (page: number) => pages.push(page) });
  for (let number = 0; number < openPerPage; number++) begin(author(`${number}`), `${number}`);
  expect(pages).toEqual([]);
  begin(author('late'), 'on the second page');
  expect(pages).toEqual([1]);
});

test('[E9] [E10] an empty drawing is removed when it is finished; one with ink is kept and takes no more ink', async () => {
  drawings.redraw(ada, { drawing: 'empty', seq: 1, strokes: [] });
  expect(await drawings.finish(ada, { drawing: 'empty' })).toEqual({ ok: true });
  begin(ada, 'inked');
  expect(await drawings.finish(ada, { drawing: 'inked' })).toEqual({ ok: true });
  expect(finished).toEqual(['inked']);
  expect(drawings.count()).toBe(1);
  expect(begin(ada, 'inked')).toMatchObject({ reason: 'unknown_drawing' });
  expect(drawings.redraw(ada, { drawing: 'inked', seq: 2, strokes: [] })).toEqual({ ok: true });
});

test('[A4] a finish is acked when the drawing is stored, a repeated one too', async () => {
  const stored = Promise.withResolvers<void>();
  drawings = createWith({ storeFinished: () => stored.promise });
  begin(ada, 'a');
  let acks = 0;
  const asked = [1, 2].map(async () => {
    await drawings.finish(ada, { drawing: 'a' });
    acks++;
  });
  await new Promise(resolve => setImmediate(resolve));
  expect(acks).toBe(0);
  stored.resolve();
  await Promise.all(asked);
  expect(acks).toBe(2);
});

test('[L2] labels of one drawing are stored in the order in which they were sent', async () => {
  const stored: number[] = [];
  drawings = createWith({
    async storeLabel(_live, { digit }) {
      await new Promise(resolve => setTimeout(resolve, 10 - digit));
      stored.push(digit);
      return { ok: true, value: { sample: 1 } };
    },
  });
  begin(ada, 'a');
  await Promise.all([1, 5, 9].map(digit => drawings.label(ada, { drawing: 'a', digit })));
  expect(stored).toEqual([1, 5, 9]);
});

test('[E12] a deleted drawing leaves the wall and takes neither ink nor label, open or finished', async () => {
  begin(ada, 'open');
  begin(ada, 'finished');
  await drawings.finish(ada, { drawing: 'finished' });
  const deleted = ['open', 'finished', 'of another node'];
  for (const drawing of deleted) drawings.remove(drawing);
  expect(room.snapshot(0).tiles).toEqual([]);
  expect(drawings.count()).toBe(0);
  for (const drawing of deleted) {
    expect(begin(ada, drawing)).toBe('resend');
    const again = drawings.redraw(ada, { drawing, seq: 9, strokes: [[1, 1]] });
    expect(again).toMatchObject({ reason: 'not_found' });
    expect(await drawings.label(ada, { drawing, digit: 1 })).toEqual(again);
  }
  expect(drawings.count()).toBe(0);
  expect(begin(ada, 'next')).toBe('applied');
});

const inked = (drawer: Drawer, drawing: string, points: number) =>
  drawings.redraw(drawer, { drawing, seq: 1, strokes: [Array.from({ length: 2 * points }, () => 1)] });

test('[S6] a finish or label that would store too much is refused, and the drawing goes on', async () => {
  let paid = 0;
  pay = bytes => {
    paid = bytes;
    return 700;
  };
  inked(ada, 'a', 100);
  const refusal = { reason: 'rate_limited', retryAfterMs: 700 };
  expect(await drawings.finish(ada, { drawing: 'a' })).toMatchObject(refusal);
  expect(await drawings.label(ada, { drawing: 'a', digit: 3 })).toMatchObject(refusal);
  expect(paid).toBe(storedBytes.drawing + 100 * storedBytes.point);
  expect(drawings.open().map(live => live.id)).toEqual(['a']);
  pay = () => 0;
  expect(await drawings.finish(ada, { drawing: 'a' })).toEqual({ ok: true });
  expect(finished).toEqual(['a']);
});

test('[S6] a drawing that the server finishes is not stored when too much was stored already', () => {
  pay = () => 700;
  for (let number = 0; number <= maxOpenDrawings; number++) begin(ada, `${number}`);
  expect(drawings.open()).toHaveLength(maxOpenDrawings);
  expect({ finished, unlogged }).toEqual({ finished: [], unlogged: 1 });
});

test('[S6] ink beyond the memory of an address is refused until some is forgotten', () => {
  const bigPoints = maxPointsPerDrawing;
  const most = Math.floor(maxBurstPoints.address / (bigPoints - freePoints));
  for (let number = 0; number < most; number++)
    expect(inked({ ...ada, session: `${number}` }, `${number}`, bigPoints)).toEqual({ ok: true });
  const refusal = { reason: 'overloaded', retryAfterMs: expect.any(Number) };
  expect(inked(bob, 'of bob', bigPoints)).toMatchObject(refusal);
  expect(inked(bob, 'of bob', freePoints)).toEqual({ ok: true });
  const more = { drawing: 'of bob', seq: 2, stroke: 0, offset: freePoints, points: Array(16_000).fill(1) };
  expect(drawings.draw(bob, more)).toMatchObject(refusal);
  const [first] = drawings.open();
  drawings.evict(first!);
  expect(drawings.draw(bob, more)).toBe('applied');
});

test('a label and its finish pay for one row, in either order, and a second label pays again', async () => {
  const paid: number[] = [];
  pay = bytes => {
    paid.push(bytes);
    return 0;
  };
  const whole = (points: number) => storedBytes.drawing + points * storedBytes.point;
  const label = (drawing: string) => drawings.label(ada, { drawing, digit: 3 });
  inked(ada, 'labelled first', 100);
  await label('labelled first');
  inked(ada, 'labelled first', 130);
  await drawings.finish(ada, { drawing: 'labelled first' });
  expect(paid.splice(0)).toEqual([whole(100), 30 * storedBytes.point]);
  await label('labelled first');
  expect(paid.splice(0)).toEqual([whole(130)]);
  inked(ada, 'finished first', 100);
  await drawings.finish(ada, { drawing: 'finished first' });
  for (let i = 0; i < 3; i++) await label('finished first');
  expect(paid.splice(0)).toEqual([whole(100), 0, whole(100), whole(100)]);
  inked(ada, 'corrected', 100);
  for (let i = 0; i < 2; i++) await label('corrected');
  expect(paid).toEqual([whole(100), whole(100)]);
});
