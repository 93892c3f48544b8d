import { beforeEach, expect, test } from 'vitest';
import { unpackAppends, unpackInk } from '../../shared/ink.ts';
import {
  graceMs,
  leaveAfterMs,
  maxFinishedPoints,
  maxFinishedShown,
  openPerPage,
  wallGuessMs,
} from '../../shared/limits.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';
import { begin, ink, predictionOf } from '../testing/drawings.ts';
import { createRoom, type Room } from './room.ts';

let room: Room;
let nowMs: number;
let evicted: LiveDrawing[];

beforeEach(() => {
  nowMs = 0;
  evicted = [];
  room = createRoom({
    name: 'room',
    now: () => nowMs,
    onChanged: () => {},
    onEvicted: drawing => evicted.push(drawing),
  });
});

/** The frame of the first page. */
const takeFrame = () => room.buildFrames().find(({ page }) => page === 0)?.frame;

const grownInk = () => unpackAppends(takeFrame()?.ink ?? '');

const sure = (digit: number) => Array.from({ length: 10 }, (_, index) => (index === digit ? 1 : 0));

function guess(live: LiveDrawing, digit: number) {
  live.guess = predictionOf(sure(digit));
  room.guessed(live);
}

test('[F11] a frame and a snapshot have the prediction of the version before, until the next prediction', () => {
  const live = begin(room);
  guess(live, 4);
  takeFrame();
  nowMs += wallGuessMs;
  live.guess = predictionOf(sure(7), { model: 'taught', was: sure(4) });
  room.guessed(live);
  expect(takeFrame()).toMatchObject({
    guesses: [[live.tile, 'AAAAAAA_AA']],
    reread: [[live.tile, 'AAAA_AAAAA']],
  });
  expect(room.snapshot(0).tiles).toMatchObject([{ guess: 'AAAAAAA_AA', was: 'AAAA_AAAAA' }]);
  nowMs += wallGuessMs;
  room.guessed(live);
  expect(takeFrame()).toBeUndefined();
  guess(live, 7);
  const frame = takeFrame();
  expect([frame?.guesses, frame?.reread]).toEqual([[[live.tile, 'AAAAAAA_AA']], undefined]);
  expect(room.snapshot(0).tiles[0]).not.toHaveProperty('was');
});

test('[F4] the ink of a tick is one entry a stroke', () => {
  const live = begin(room);
  ink(live, 0, [10, 10]);
  ink(live, 0, [12, 11, 15, 12]);
  ink(live, 1, [100, 100]);
  expect(grownInk()).toEqual([
    { tile: live.tile, stroke: 0, differences: [10, 10, 2, 1, 3, 1] },
    { tile: live.tile, stroke: 1, differences: [100, 100] },
  ]);
  expect(takeFrame()).toBeUndefined();
});

test('[F4] ink goes on from the last point that everybody has', () => {
  const live = begin(room);
  ink(live, 0, [500, 500, 501, 503]);
  takeFrame();
  ink(live, 0, [504, 502]);
  ink(live, 0, [504, 500]);
  expect(grownInk()).toEqual([{ tile: live.tile, stroke: 0, differences: [3, -1, 0, -2] }]);
});

test('[F5] a redrawn drawing is sent as it is when the frame leaves, and no ink twice', () => {
  const live = begin(room);
  ink(live, 0, [1, 1]);
  live.drawing.strokes = [[5, 5]];
  room.redrawn(live);
  ink(live, 0, [6, 6]);
  const frame = takeFrame();
  expect(frame?.ink).toBeUndefined();
  expect(frame?.redrawn?.map(([tile, strokes]) => [tile, strokes.map(unpackInk)])).toEqual([
    [live.tile, [[5, 5, 6, 6]]],
  ]);
});

test('[F6] a tile’s prediction changes at a bounded rate, and the last one is always sent', () => {
  const live = begin(room);
  guess(live, 1);
  expect(takeFrame()?.guesses).toHaveLength(1);
  guess(live, 7);
  guess(live, 9);
  expect(takeFrame()?.guesses).toBeUndefined();
  expect(room.pending()).toBe(true);
  nowMs += wallGuessMs;
  expect(takeFrame()?.guesses).toEqual([[live.tile, expect.stringMatching(/^A{9}_$/)]]);
  expect(room.pending()).toBe(false);
});

test('[F6] a prediction that shows the same as the wall is not sent', () => {
  const live = begin(room);
  guess(live, 1);
  takeFrame();
  nowMs += wallGuessMs;
  guess(live, 1);
  expect(takeFrame()).toBeUndefined();
});

test('[F5] a label, another one, and none any more are each sent once, the last of a tick alone', () => {
  const live = begin(room);
  const relabel = (label: number | undefined) => {
    live.label = label;
    room.labelled(live);
  };
  relabel(3);
  relabel(4);
  expect(takeFrame()).toMatchObject({ labelled: [[live.tile, 4]] });
  relabel(undefined);
  const frame = takeFrame();
  expect(frame).toMatchObject({ unlabelled: [live.tile] });
  expect(frame).not.toHaveProperty('labelled');
  relabel(5);
  room.dropped(live);
  expect(takeFrame()).not.toHaveProperty('labelled');
});

test('[F3] frames are numbered without a gap', () => {
  const live = begin(room);
  const ticks = [1, 2, 3].map(step => {
    ink(live, 0, [step, step]);
    return takeFrame()?.tick;
  });
  expect(ticks).toEqual([1, 2, 3]);
  expect(room.snapshot(0).tick).toBe(3);
});

test('[R4] a name that is taken off leaves the list and the person’s drawings', () => {
  const { person } = room.connect('ada', 'Ada');
  begin(room, { person });
  takeFrame();
  room.connect('ada', '');
  expect(takeFrame()?.came).toEqual([{ person, name: '' }]);
  expect(room.people()).toEqual([{ person, name: '' }]);
});

test('[R3] a session on two devices is one person, who leaves when both have', () => {
  const person = room.connect('ada', 'Ada');
  expect(room.connect('ada')).toEqual(person);
  room.disconnect('ada');
  nowMs += graceMs * 2;
  room.sweep();
  expect(room.people()).toEqual([person]);
  room.disconnect('ada');
  nowMs += leaveAfterMs + 1;
  takeFrame();
  room.sweep();
  expect(room.people()).toEqual([]);
  expect(takeFrame()?.left).toEqual([person.person]);
});

test('[R2] nobody notices a reload', () => {
  room.connect('ada', 'Ada');
  takeFrame();
  room.disconnect('ada');
  nowMs += leaveAfterMs - 1;
  room.sweep();
  room.connect('ada', 'Ada');
  expect(takeFrame()).toBeUndefined();
});

test('[R2] a person who is away keeps the drawing for the time of grace, and the number after it', () => {
  const { person } = room.connect('ada', 'Ada');
  const live = begin(room, { author: 'ada' });
  room.disconnect('ada');
  nowMs += graceMs;
  expect(room.sweep()).toEqual([]);
  expect(room.connect('ada').person).toBe(person);
  room.disconnect('ada');
  nowMs += graceMs + 1;
  expect(room.sweep()).toEqual([live]);
  expect(room.empty()).toBe(true);
});

test('[F9] who comes late finds the names of people who left under their drawings, as long as the wall shows these', () => {
  const { person } = room.connect('ada', 'Ada');
  const live = begin(room, { author: 'ada', person });
  room.connect('nobody', 'Nobody');
  room.connect('bo', '');
  begin(room, { author: 'bo', person: room.connect('bo').person });
  expect(room.snapshot(0)).not.toHaveProperty('absent');
  for (const session of ['ada', 'nobody', 'bo']) room.disconnect(session);
  for (let minute = 0; minute < 3; minute++) {
    nowMs += graceMs + 1;
    room.sweep();
    expect(room.snapshot(0).absent).toEqual([{ person, name: 'Ada' }]);
  }
  expect(room.connect('ada')).toEqual({ person, name: 'Ada' });
  expect(room.snapshot(0)).not.toHaveProperty('absent');
  room.disconnect('ada');
  room.dropped(live);
  nowMs += graceMs + 1;
  room.sweep();
  nowMs += graceMs + 1;
  room.sweep();
  expect(room.connect('ada').name).toBe('');
});

test('[P4] the wall keeps its newest finished drawings and every open one', () => {
  const open = begin(room, { author: 'slow' });
  const done = Array.from({ length: maxFinishedShown + 3 }, () => {
    const live = begin(room);
    live.state = 'finished';
    room.finished(live);
    return live;
  });
  expect(evicted).toEqual(done.slice(0, 3));
  const tiles = room.snapshot(0).tiles.map(tile => tile.tile);
  expect(tiles).toEqual([open, ...done.slice(3)].map(live => live.tile));
  expect(takeFrame()?.gone).toEqual(done.slice(0, 3).map(live => live.tile));
});

test('[P4] the wall keeps fewer finished drawings when they are big, and the newest whatever its size', () => {
  const done = Array.from({ length: 5 }, () => {
    const live = begin(room);
    ink(live, 0, Array(maxFinishedPoints).fill(1));
    live.state = 'finished';
    room.finished(live);
    return live;
  });
  expect(evicted).toEqual(done.slice(0, 3));
  const huge = begin(room);
  ink(huge, 0, Array(3 * maxFinishedPoints).fill(1));
  huge.state = 'finished';
  room.finished(huge);
  expect(room.snapshot(0).tiles.map(({ tile }) => tile)).toEqual([huge.tile]);
});

test('[P1] [P3] a large room has pages, and the frames of a page are of its own drawings', () => {
  const first = Array.from({ length: openPerPage }, (_, i) => begin(room, { author: `ada ${i}` }));
  const second = begin(room, { author: 'bob' });
  expect(first.every(({ page }) => page === 0)).toBe(true);
  expect(second.page).toBe(1);
  room.buildFrames();
  ink(first[0], 0, [1, 1]);
  ink(second, 0, [2, 2]);
  room.connect('eve', 'Eve');
  const [one, two] = room.buildFrames();
  expect(unpackAppends(one.frame.ink ?? '').map(({ tile }) => tile)).toEqual([first[0].tile]);
  expect(unpackAppends(two.frame.ink ?? '').map(({ tile }) => tile)).toEqual([second.tile]);
  expect([one.frame.came, two.frame.came]).toEqual([
    [{ person: 1, name: 'Eve' }],
    [{ person: 1, name: 'Eve' }],
  ]);
  expect(room.snapshot(1)).toMatchObject({ page: 1, pages: 2, tiles: [{ tile: second.tile }] });
  expect(room.snapshot(7)).toMatchObject({ page: 1 });
});

test('[P2] a new drawing stays on the author’s page while the room needs that page, and goes to an earlier one when it does not', () => {
  const first = Array.from({ length: openPerPage }, (_, i) => begin(room, { author: `ada ${i}` }));
  begin(room, { author: 'bob' });
  expect(room.place(1).page).toBe(1);
  room.dropped(first[0]);
  expect(room.place(1).page).toBe(1);
  room.dropped(first[1]);
  expect(room.place(1).page).toBe(0);
});

test('[P1] every page sends a new number of pages', () => {
  const first = Array.from({ length: openPerPage }, (_, i) => begin(room, { author: `ada ${i}` }));
  expect(takeFrame()?.pages).toBeUndefined();
  const second = begin(room, { author: 'bob' });
  expect(room.buildFrames().map(({ frame }) => frame.pages)).toEqual([2, 2]);
  room.dropped(second);
  expect(room.buildFrames().map(({ frame }) => frame.pages)).toEqual([1, 1]);
  expect(first).toHaveLength(openPerPage);
});

test('a person who changes the name and leaves within one tick is gone', () => {
  room.connect('ada', 'Ada');
  room.buildFrames();
  const { person } = room.connect('ada', 'Ada Lovelace');
  room.disconnect('ada');
  room.disconnect('ada');
  nowMs += leaveAfterMs + 1;
  room.sweep();
  expect(room.buildFrames()).toMatchObject([{ frame: { left: [person] } }]);
  expect(room.people()).toEqual([]);
});

test('a prediction that waits for the other nodes keeps the room ticking', () => {
  room.exportState(true);
  const live = begin(room);
  guess(live, 1);
  takeFrame();
  // Time passes between building frames and collecting changes for other nodes.
  nowMs += 0.5;
  room.takeOwnChanges();
  nowMs = wallGuessMs;
  guess(live, 2);
  expect(takeFrame()?.guesses).toHaveLength(1);
  expect(room.takeOwnChanges()).toBeUndefined();
  expect(room.pending()).toBe(true);
  nowMs = wallGuessMs + 1;
  expect(room.takeOwnChanges()?.changes.guesses).toHaveLength(1);
  expect(room.pending()).toBe(false);
});

test('a drawing, and a place for a new one, is found without reading all the others', () => {
  let reads = 0;
  for (let i = 0; i < 300; i++) {
    const { id, state } = begin(room, { id: `d${i}` });
    const live = room.find(id)!;
    const counted = <Value>(value: Value) => ({
      get() {
        reads++;
        return value;
      },
    });
    Object.defineProperties(live, { id: counted(id), state: counted(state) });
  }
  reads = 0;
  for (let i = 0; i < 100; i++) {
    expect(room.find(`nobody's ${i}`)).toBeUndefined();
    room.place(0);
  }
  expect(reads).toBe(0);
  expect(room.find('d7')).toBeDefined();
});
