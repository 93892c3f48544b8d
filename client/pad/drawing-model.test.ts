import { describe, expect, test } from 'vitest';
import { applyEdit, emptyDrawing } from '../../shared/drawing.ts';
import { maxPointsPerDraw, maxPointsPerDrawing } from '../../shared/limits.ts';
import { createRandom, int } from '../../shared/random.ts';
import {
  createFakeConnection,
  createFakeTime,
  createMemoryStore,
  flushPromises,
  refusal,
} from '../testing/fake-connection.ts';
import { createDrawingModel, type DrawingSnapshot } from './drawing-model.ts';

function setUp({ store = createMemoryStore(), line = createFakeConnection(), tab = 'id' } = {}) {
  const time = createFakeTime();
  const frames: (() => void)[] = [];
  const notices: string[] = [];
  const finished: DrawingSnapshot[] = [];
  /** Ids of cleared drawings whose end has not been sent. */
  const unsent = new Set<string>();
  let made = 0;
  let tile: { finished: boolean; guess: number[] | undefined } | undefined;
  const drawing = createDrawingModel({
    connection: line.connection,
    tileOf: () => tile,
    store,
    makeId: () => `${tab}-${++made}`,
    schedule: run => frames.push(run),
    wait: time.wait,
    finishLabelled: snapshot => finished.push(snapshot),
    unfinish: id => unsent.delete(id),
    notify: message => notices.push(message),
  });
  return {
    drawing,
    finished,
    unsent,
    line,
    store,
    time,
    notices,
    setTile(next: typeof tile) {
      tile = next;
    },
    frame() {
      for (const run of frames.splice(0)) run();
    },
  };
}

const guessOf = (drawing: string, seq: number, digit = 7) => ({
  drawing,
  seq,
  model: 'base',
  probabilities: Array.from({ length: 10 }, (_, i) => (i === digit ? 0.91 : 0.01)),
});

/** The server's drawing after all sent events, and the result of each edit. */
function serverAfter(sent: ReturnType<typeof createFakeConnection>['sent'], id: string) {
  const held = emptyDrawing();
  const results = sent.flatMap(([event, payload]) => {
    if (event !== 'draw' && event !== 'redraw') return [];
    return payload.drawing === id ? [applyEdit(held, payload)] : [];
  });
  return { held, results };
}

test('[E13] a frame sends one draw, and its offsets follow on', () => {
  const { drawing, line, frame } = setUp();
  line.goLive();
  drawing.penDown(10, 20);
  drawing.penMove([11, 21, 12, 22]);
  drawing.penMove([13, 23]);
  frame();
  drawing.penMove([14, 24]);
  frame();
  expect(line.events('draw')).toMatchObject([
    ['draw', { stroke: 0, offset: 0, points: [10, 20, 11, 21, 12, 22, 13, 23] }],
    ['draw', { stroke: 0, offset: 4, points: [14, 24] }],
  ]);
});

test('[E6] the server holds what the page shows after drawing, undoing and losing the connection', async () => {
  const random = createRandom(5);
  const { drawing, line, frame } = setUp();
  line.goLive();
  for (let i = 0; i < 3000; i++) {
    switch (int(random, 9)) {
      case 0:
        drawing.penDown(int(random, 1024), int(random, 1024));
        break;
      case 1:
        drawing.penUp();
        break;
      case 2:
        if (int(random, 8) === 0) drawing.undo();
        break;
      case 3:
        if (int(random, 8) === 0) drawing.penCancel();
        break;
      case 4:
        if (int(random, 20) === 0) line.goOffline();
        break;
      case 5:
        if (line.connection.link.value.state !== 'live') line.goLive();
        break;
      case 6:
        frame();
        break;
      default:
        drawing.penMove(Array.from({ length: 2 * int(random, 4) }, () => int(random, 1024)));
    }
  }
  if (line.connection.link.value.state !== 'live') line.goLive();
  frame();
  await flushPromises();
  const { held, results } = serverAfter(line.sent, drawing.id.value);
  expect(held.strokes).toEqual(drawing.ink.value.strokes);
  expect(drawing.ink.value.strokes.length).toBeGreaterThan(3);
  // A connection loses no packet in between: edits are stale or have gaps only after an offline time.
  expect(results.filter(result => result === 'stale' || result === 'too_large')).toEqual([]);
});

/** Sent pen movements: the points of each draw, and whether the pen left the pad after them. */
const liftsOf = (line: ReturnType<typeof createFakeConnection>) =>
  line.sent.flatMap(([event, payload]) =>
    event === 'draw' ? [[payload.stroke, payload.points.length / 2, payload.lifted ?? false]] : [],
  );

test('[E16] a lift is sent once a stroke: with its last points, or without points where they are sent already', () => {
  const { drawing, line, frame } = setUp();
  line.goLive();
  drawing.penDown(10, 20);
  frame();
  drawing.penMove([11, 21, 12, 22]);
  drawing.penUp();
  drawing.penDown(30, 40);
  drawing.penMove([31, 41]);
  frame();
  drawing.penUp();
  drawing.penUp();
  frame();
  expect(liftsOf(line)).toEqual([
    [0, 1, false],
    [0, 2, true],
    [1, 2, false],
    [1, 0, true],
  ]);
  const { held, results } = serverAfter(line.sent, drawing.id.value);
  expect(held).toMatchObject({ strokes: drawing.ink.value.strokes, seq: 2 });
  expect(new Set(results)).toEqual(new Set(['applied']));
});

test('[E16] after a redraw a lift follows if the pen is up, and only then', async () => {
  const { drawing, line, frame } = setUp();
  line.goLive();
  for (const x of [10, 500]) {
    drawing.penDown(x, 20);
    drawing.penUp();
  }
  line.sent.length = 0;
  drawing.undo();
  await flushPromises();
  expect(line.sent).toMatchObject([
    ['redraw', { strokes: [[10, 20]] }],
    ['draw', { stroke: 0, offset: 1, points: [], lifted: true }],
  ]);
  drawing.penDown(30, 40);
  frame();
  line.sent.length = 0;
  line.emit('resend', { drawing: drawing.id.value });
  await flushPromises();
  expect(line.sent.map(([event]) => event)).toEqual(['redraw']);
});

test('[E16] a redraw that is refused has no lift behind it, which would ask for the redraw again', async () => {
  const { drawing, line } = setUp();
  line.goLive();
  for (const x of [10, 500]) {
    drawing.penDown(x, 20);
    drawing.penUp();
  }
  line.sent.length = 0;
  line.fake.answer = () => refusal('rate_limited', 500);
  drawing.undo();
  await flushPromises();
  expect(line.sent.map(([event]) => event)).toEqual(['redraw']);
});

test('[E13] more points than one draw may have are sent as several', () => {
  const { drawing, line, frame } = setUp();
  line.goLive();
  drawing.penDown(0, 0);
  drawing.penMove(Array.from({ length: 2 * maxPointsPerDraw }, (_, i) => i % 1024));
  frame();
  const sent = line.sent.flatMap(([event, payload]) =>
    event === 'draw' ? [[payload.offset, payload.points.length / 2]] : [],
  );
  expect(sent).toEqual([
    [0, maxPointsPerDraw],
    [maxPointsPerDraw, 1],
  ]);
});

test('[E4] undo takes the last stroke away, on the page and on the server', async () => {
  const { drawing, line } = setUp();
  line.goLive();
  for (const x of [100, 200]) {
    drawing.penDown(x, 1);
    drawing.penMove([x, 50]);
    drawing.penUp();
  }
  drawing.undo();
  await flushPromises();
  expect(drawing.ink.value.strokes).toEqual([[100, 1, 100, 50]]);
  expect(serverAfter(line.sent, drawing.id.value).held.strokes).toEqual([[100, 1, 100, 50]]);
});

test('undoing the only stroke leaves nothing to predict', () => {
  const { drawing, line } = setUp();
  line.goLive();
  drawing.penDown(1, 1);
  drawing.penUp();
  line.emit('guess', guessOf(drawing.id.value, 1));
  drawing.undo();
  expect(drawing.blank.value).toBe(true);
  expect(drawing.guess.value).toBeUndefined();
  line.emit('guess', guessOf(drawing.id.value, 2));
  expect(drawing.guess.value).toBeUndefined();
});

test('[R5] on resend the page sends the whole drawing', async () => {
  const { drawing, line } = setUp();
  line.goLive();
  drawing.penDown(5, 5);
  drawing.penMove([6, 6]);
  drawing.penUp();
  line.emit('resend', { drawing: drawing.id.value });
  line.emit('resend', { drawing: 'another' });
  await flushPromises();
  expect(line.events('redraw')).toMatchObject([['redraw', { strokes: [[5, 5, 6, 6]] }]]);
});

test('[R5] on welcome the page sends what was drawn offline', async () => {
  const { drawing, line, frame } = setUp();
  drawing.penDown(5, 5);
  drawing.penMove([6, 6]);
  frame();
  expect(line.sent).toEqual([]);
  line.goLive();
  await flushPromises();
  expect(line.sent).toMatchObject([['redraw', { strokes: [[5, 5, 6, 6]] }]]);
});

test('[R5] a redraw refused for the moment is sent again, and a newer one replaces it', async () => {
  const { drawing, line, time, fake } = setUpLive();
  drawing.penDown(5, 5);
  drawing.penUp();
  fake.answer = () => refusal('rate_limited', 250);
  drawing.undo();
  await flushPromises();
  expect(time.pauses()).toEqual([250]);
  fake.answer = () => ({ ok: true });
  await time.pass();
  expect(line.events('redraw')).toHaveLength(2);
  expect(time.pauses()).toEqual([]);
});

test('[E14] another session’s drawing goes on under a new id', async () => {
  const { drawing, line, fake } = setUpLive();
  const before = drawing.id.value;
  drawing.penDown(5, 5);
  drawing.penUp();
  fake.answer = ([, sent]) =>
    'drawing' in sent && sent.drawing === before ? refusal('not_yours') : { ok: true };
  line.emit('resend', { drawing: before });
  await flushPromises();
  expect(drawing.id.value).not.toBe(before);
  expect(serverAfter(line.sent, drawing.id.value).held.strokes).toEqual([[5, 5]]);
});

test('[E12] a drawing that was deleted leaves the pad, and its author gets a notice', async () => {
  const parts = setUpLive();
  const { drawing, line, fake, notices } = parts;
  const { value: id } = drawing.id;
  stroke(parts, 5);
  fake.answer = ([event]) => (event === 'redraw' ? refusal('not_found') : { ok: true });
  line.emit('resend', { drawing: id });
  await flushPromises();
  expect(drawing.blank.value).toBe(true);
  expect(drawing.id.value).not.toBe(id);
  expect(line.events('redraw')).toHaveLength(1);
  expect(notices).toEqual(['refused: not_found']);
});

test('[E14] ink for a drawing that the server has finished goes on under a new id', async () => {
  const { drawing, line, setTile } = setUpLive();
  const before = drawing.id.value;
  drawing.penDown(5, 5);
  drawing.penUp();
  setTile({ finished: true, guess: undefined });
  expect(drawing.id.value).toBe(before);
  drawing.penDown(9, 9);
  drawing.penUp();
  await flushPromises();
  expect(drawing.id.value).not.toBe(before);
  expect(serverAfter(line.sent, drawing.id.value).held.strokes).toEqual([
    [5, 5],
    [9, 9],
  ]);
});

test('[PR9] predictions of another drawing, or older than the one shown, are ignored', () => {
  const { drawing, line } = setUpLive();
  drawing.penDown(5, 5);
  drawing.penUp();
  const { id } = drawing;
  line.emit('guess', guessOf(id.value, 5, 7));
  line.emit('guess', guessOf(id.value, 4, 1));
  line.emit('guess', guessOf('another', 9, 2));
  expect(drawing.guess.value).toMatchObject({ seq: 5 });
  line.emit('guess', guessOf(id.value, 5, 3));
  expect(drawing.history.value).toHaveLength(2);
  const old = id.value;
  drawing.next();
  line.emit('guess', guessOf(old, 99));
  expect(drawing.guess.value).toBeUndefined();
});

test('[R1] a reload goes on with the same drawing, above every seq that was sent', async () => {
  const { drawing, store, line } = setUpLive();
  drawing.penDown(5, 5);
  drawing.penMove([6, 6]);
  drawing.save();
  const { id } = drawing;
  drawing.stop();
  const sentBefore = line.sent.length;
  const reloaded = setUp({ store, line });
  line.goLive();
  await flushPromises();
  expect(reloaded.drawing.id.value).toBe(id.value);
  expect(reloaded.drawing.ink.value.strokes).toEqual([[5, 5, 6, 6]]);
  expect(line.sent.slice(sentBefore)).toMatchObject([
    ['redraw', {}],
    ['draw', { points: [], lifted: true }],
  ]);
  const { results } = serverAfter(line.sent, id.value);
  expect(results).not.toContain('stale');
});

test('after a reload the page shows the prediction of the wall', () => {
  const { drawing, line, setTile } = setUp();
  drawing.penDown(1, 1);
  drawing.penUp();
  setTile({ finished: true, guess: guessOf('', 0, 4).probabilities });
  line.goLive();
  expect(drawing.guess.value?.probabilities[4]).toBe(0.91);
  expect(line.events('redraw')).toEqual([]);
});

const stroke = ({ drawing }: ReturnType<typeof setUp>, x: number) => {
  drawing.penDown(x, 1);
  drawing.penMove([x, 50]);
  drawing.penUp();
};

test('[L4] a labelled drawing whose ink is taken back is finished as it was labelled, and the next ink is another drawing', async () => {
  const parts = setUpLive();
  const { drawing, finished, line } = parts;
  const { value: seven } = drawing.id;
  for (const x of [100, 200]) stroke(parts, x);
  expect(drawing.markLabelled()).toMatchObject({ drawing: seven });
  for (let i = 0; i < 2; i++) drawing.undo();
  expect(drawing.blank.value).toBe(true);
  expect(drawing.id.value).not.toBe(seven);
  expect(finished).toMatchObject([
    {
      drawing: seven,
      strokes: [
        [100, 1, 100, 50],
        [200, 1, 200, 50],
      ],
    },
  ]);
  stroke(parts, 300);
  await flushPromises();
  expect(line.events('draw').at(-1)).toMatchObject(['draw', { drawing: drawing.id.value }]);
  expect(serverAfter(line.sent, seven).held.strokes).toHaveLength(1);
});

test('[L4] a drawing without a label whose ink is taken back stays the same', () => {
  const parts = setUpLive();
  const { value: id } = parts.drawing.id;
  stroke(parts, 100);
  parts.drawing.undo();
  expect(parts.drawing.id.value).toBe(id);
  expect(parts.finished).toEqual([]);
});

test('[L4] that a drawing is labelled survives a reload, and ends with the drawing', () => {
  const parts = setUpLive();
  stroke(parts, 100);
  parts.drawing.markLabelled();
  const { store } = parts;
  const reloaded = setUp({ store, tab: 'again' });
  reloaded.drawing.undo();
  expect(reloaded.finished).toMatchObject([{ drawing: 'id-1', strokes: [[100, 1, 100, 50]] }]);
  stroke(reloaded, 100);
  reloaded.drawing.undo();
  expect(reloaded.finished).toHaveLength(1);
});

test('[R9] a copied tab goes on with the ink as a drawing of its own', async () => {
  const original = setUpLive();
  stroke(original, 100);
  const { value: id } = original.drawing.id;
  original.drawing.markLabelled();
  const copy = setUp({ store: original.store, tab: 'copy' });
  copy.line.goLive();
  copy.drawing.fork();
  await flushPromises();
  expect(copy.drawing.id.value).not.toBe(id);
  expect(serverAfter(copy.line.sent, copy.drawing.id.value).held.strokes).toEqual([[100, 1, 100, 50]]);
  expect(setUp({ store: original.store }).drawing.id.value).toBe(copy.drawing.id.value);
  copy.drawing.undo();
  expect(copy.finished).toEqual([]);
});

test('any content of the storage is read without an error', () => {
  for (const value of [
    null,
    7,
    'x',
    {},
    { id: 1, seq: 2, strokes: [] },
    { id: 'a', seq: 'b', strokes: [] },
    { id: 'a', seq: 1, strokes: [[1]] },
  ]) {
    const store = createMemoryStore();
    store.write('current', value);
    expect(setUp({ store }).drawing.blank.value).toBe(true);
  }
});

test('[E5] a full drawing takes no more ink and stays as it is', () => {
  const { drawing, line, frame } = setUpLive();
  drawing.penDown(0, 0);
  drawing.penMove(Array.from({ length: 2 * maxPointsPerDrawing }, (_, i) => i % 1024));
  frame();
  expect(drawing.full.value).toBe(true);
  const { length } = line.sent;
  drawing.penMove([1, 1]);
  drawing.penUp();
  drawing.penDown(3, 3);
  frame();
  expect(line.sent).toHaveLength(length);
  drawing.undo();
  expect(drawing.full.value).toBe(false);
});

function setUpLive() {
  const parts = setUp();
  parts.line.goLive();
  return { ...parts, fake: parts.line.fake };
}

describe('undo on a blank pad restores the drawing that next cleared', () => {
  function cleared({ sent = true } = {}) {
    const pad = setUp();
    pad.line.goLive();
    pad.drawing.penDown(10, 20);
    pad.drawing.penMove([10, 90]);
    pad.drawing.penUp();
    const old = pad.drawing.id.value;
    pad.line.emit('guess', guessOf(old, 9));
    if (!sent) pad.unsent.add(old);
    pad.drawing.next();
    return { ...pad, old };
  }

  test('under a new id, because the server has finished the old one, and the server gets its ink', async () => {
    const { drawing, line, old } = cleared();
    expect([drawing.blank.value, drawing.undoable.value]).toEqual([true, true]);
    drawing.undo();
    await flushPromises();
    expect(drawing.ink.value.strokes).toEqual([[10, 20, 10, 90]]);
    expect(drawing.id.value).not.toBe(old);
    expect(drawing.history.value).toHaveLength(1);
    expect(drawing.guess.value?.probabilities[7]).toBe(0.91);
    expect(serverAfter(line.sent, drawing.id.value).held.strokes).toEqual([[10, 20, 10, 90]]);
  });

  test('under its own id if the server does not know its end, above every seq that was sent', async () => {
    const { drawing, line, old } = cleared({ sent: false });
    drawing.undo();
    await flushPromises();
    expect(drawing.id.value).toBe(old);
    const { held, results } = serverAfter(line.sent, old);
    expect(held.strokes).toEqual([[10, 20, 10, 90]]);
    expect(results).not.toContain('stale');
  });

  test('once, after the strokes drawn since are taken back', () => {
    const { drawing } = cleared();
    drawing.penDown(5, 5);
    drawing.penUp();
    drawing.next();
    drawing.next();
    drawing.penDown(6, 6);
    drawing.penUp();
    drawing.undo();
    expect(drawing.blank.value).toBe(true);
    drawing.undo();
    expect(drawing.ink.value.strokes).toEqual([[5, 5]]);
    drawing.undo();
    expect([drawing.blank.value, drawing.undoable.value]).toEqual([true, false]);
    drawing.undo();
    expect(drawing.blank.value).toBe(true);
  });

  test('without its label: the labelled drawing has ended', () => {
    const { drawing, finished } = cleared();
    drawing.undo();
    drawing.markLabelled();
    drawing.next();
    drawing.undo();
    drawing.undo();
    expect(drawing.blank.value).toBe(true);
    expect(finished).toEqual([]);
  });

  test('but never one that was forgotten, on the pad or cleared before', () => {
    for (const forgets of ['cleared', 'current'] as const) {
      const { drawing, old } = cleared();
      if (forgets === 'current') drawing.penDown(1, 1);
      drawing.forget(forgets === 'current' ? drawing.id.value : old);
      expect(drawing.undoable.value).toBe(false);
      drawing.undo();
      expect(drawing.blank.value).toBe(true);
    }
  });
});
