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
import { begin, ink } from '../testing/drawings.ts';
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

/** Of the first page. */
const takeFrame = () => room.buildFrames().find(({ page }) => page === 0)?.frame;

const grownInk = () => unpackAppends(takeFrame()?.ink ?? '');

const sure = (digit: number) => Array.from({ length: 10 }, (_, index) => (index === digit ? 1 : 0));

function guess(live: LiveDrawing, digit: number) {
  live.guess = { seq: 1, model: 'm', distribution: sure(digit) };
  room.guessed(live);
}

test('all ink of a tick is one entry a stroke', () => {
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

test('ink goes on from the last point everybody has', () => {
  const live = begin(room);
  ink(live, 0, [500, 500, 501, 503]);
  takeFrame();
  ink(live, 0, [504, 502]);
  ink(live, 0, [504, 500]);
  expect(grownInk()).toEqual([{ tile: live.tile, stroke: 0, differences: [3, -1, 0, -2] }]);
});

test('a redrawn drawing is sent as it is when the frame leaves, with nothing twice', () => {
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

test('a guess changes on the wall as often as people can read, and the last one always comes', () => {
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

test('a guess that says what the wall shows already is not sent', () => {
  const live = begin(room);
  guess(live, 1);
  takeFrame();
  nowMs += wallGuessMs;
  guess(live, 1);
  expect(takeFrame()).toBeUndefined();
});

test('frames are numbered without a gap', () => {
  const live = begin(room);
  const ticks = [1, 2, 3].map(step => {
    ink(live, 0, [step, step]);
    return takeFrame()?.tick;
  });
  expect(ticks).toEqual([1, 2, 3]);
  expect(room.snapshot(0).tick).toBe(3);
});

test('a name that is taken off is gone from the list and from what the person draws', () => {
  const { person } = room.connect('ada', 'Ada');
  begin(room, { person });
  takeFrame();
  room.connect('ada', '');
  expect(takeFrame()?.came).toEqual([{ person, name: '' }]);
  expect(room.people()).toEqual([{ person, name: '' }]);
});

test('somebody on two devices is one person, and gone when both are', () => {
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

test('a reload goes unnoticed', () => {
  room.connect('ada', 'Ada');
  takeFrame();
  room.disconnect('ada');
  nowMs += leaveAfterMs - 1;
  room.sweep();
  room.connect('ada', 'Ada');
  expect(takeFrame()).toBeUndefined();
});

test('who stays away keeps their drawing for the time of grace, and their number when they come back', () => {
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

test('the wall keeps the newest finished drawings and never takes an open one down', () => {
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

test('the wall keeps fewer finished drawings when they are big, and the newest whatever it has', () => {
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

test('a large room has pages, and each page is told of its own drawings only', () => {
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

test('who draws stays on their page while the room needs it, and comes forward when it does not', () => {
  const first = Array.from({ length: openPerPage }, (_, i) => begin(room, { author: `ada ${i}` }));
  begin(room, { author: 'bob' });
  expect(room.place(1).page).toBe(1);
  room.dropped(first[0]);
  expect(room.place(1).page).toBe(1);
  room.dropped(first[1]);
  expect(room.place(1).page).toBe(0);
});

test('everybody is told when the wall has another number of pages', () => {
  const first = Array.from({ length: openPerPage }, (_, i) => begin(room, { author: `ada ${i}` }));
  expect(takeFrame()?.pages).toBeUndefined();
  const second = begin(room, { author: 'bob' });
  expect(room.buildFrames().map(({ frame }) => frame.pages)).toEqual([2, 2]);
  room.dropped(second);
  expect(room.buildFrames().map(({ frame }) => frame.pages)).toEqual([1, 1]);
  expect(first).toHaveLength(openPerPage);
});

test('who changes their name and leaves within one tick is gone', () => {
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

test('a guess that other nodes may not hear yet keeps the room ticking', () => {
  room.exportState(true);
  const live = begin(room);
  guess(live, 1);
  takeFrame();
  // Time goes by between the frames and what other nodes are told.
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

test('a drawing is found, and a place for a new one, without a look at all the others', () => {
  let looks = 0;
  for (let i = 0; i < 300; i++) {
    const { id, state } = begin(room, { id: `d${i}` });
    const live = room.find(id)!;
    const counted = <Value>(value: Value) => ({
      get() {
        looks++;
        return value;
      },
    });
    Object.defineProperties(live, { id: counted(id), state: counted(state) });
  }
  looks = 0;
  for (let i = 0; i < 100; i++) {
    expect(room.find(`nobody's ${i}`)).toBeUndefined();
    room.place(0);
  }
  expect(looks).toBe(0);
  expect(room.find('d7')).toBeDefined();
});
