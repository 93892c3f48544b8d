import { beforeEach, expect, test } from 'vitest';
import { smallRoomPeople, smallRoomTickMs, tickMs } from '../../shared/limits.ts';
import type { Frame } from '../../shared/protocol.ts';
import { createTicker, type Ticker } from './frame-ticker.ts';
import { createRoom, type Room } from './room.ts';

let nowMs: number;
let leastTickMs: number;
let timers: { atMs: number; run(): void }[];
let sent: { atMs: number; frame: Frame }[];
let tickedMs: number[];
let room: Room;
let ticker: Ticker;

beforeEach(() => {
  nowMs = 1_000;
  leastTickMs = 0;
  timers = [];
  sent = [];
  tickedMs = [];
  room = createRoom({
    name: 'room',
    now: () => nowMs,
    onChanged: () => ticker.requestTick(),
    onEvicted: () => {},
  });
  ticker = createTicker({
    room,
    now: () => nowMs,
    leastTickMs: () => leastTickMs,
    send: (_page, frame) => sent.push({ atMs: nowMs, frame }),
    onTicked: () => tickedMs.push(nowMs),
    after(ms, run) {
      const timer = { atMs: nowMs + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter(each => each !== timer);
      };
    },
  });
});

/** Lets `ms` pass, a millisecond at a time. */
function pass(ms: number) {
  for (let step = 0; step <= ms; step++) {
    const due = timers.filter(timer => timer.atMs <= nowMs);
    timers = timers.filter(timer => timer.atMs > nowMs);
    for (const timer of due) timer.run();
    if (step < ms) nowMs++;
  }
}

const enter = (count: number) => {
  for (let person = 0; person < count; person++) room.connect(`session ${person} at ${nowMs}`, '');
};

test('the first change after a silence goes out at once, with all of its turn', () => {
  enter(3);
  pass(0);
  expect(sent).toHaveLength(1);
  expect(sent[0].frame.came).toHaveLength(3);
});

test('changes every millisecond go out once a tick, and a large room or a busy server ticks slower', () => {
  const frames = () => {
    sent = [];
    for (let ms = 0; ms < 330; ms++) {
      room.disconnect('session 0 at 1000');
      room.connect('session 0 at 1000', `name ${ms}`);
      pass(1);
    }
    return sent.length;
  };
  enter(2);
  expect(frames()).toBe(Math.ceil(330 / smallRoomTickMs));
  enter(smallRoomPeople);
  pass(tickMs);
  expect(frames()).toBe(Math.ceil(330 / tickMs));
  pass(100);
  leastTickMs = 100;
  expect(frames()).toBe(Math.ceil(330 / 100));
});

test('a room where nothing happens has no timer', () => {
  enter(1);
  pass(100);
  expect(timers).toHaveLength(0);
});

test('who waits for the tick of a room where nothing happens waits for nothing', () => {
  ticker.requestTick();
  pass(0);
  expect({ sent, tickedMs }).toEqual({ sent: [], tickedMs: [1_000] });
});

test('a tick comes after its frames, and no sooner than the last one allows', () => {
  enter(1);
  pass(0);
  pass(1);
  ticker.requestTick();
  pass(smallRoomTickMs);
  expect(sent.map(({ atMs }) => atMs)).toEqual([1_000]);
  expect(tickedMs).toEqual([1_000, 1_000 + smallRoomTickMs]);
});

test('who comes gets a tick early, and a class that comes at once shares it', () => {
  enter(smallRoomPeople + 1);
  pass(1);
  tickedMs.length = 0;
  const [last] = sent.slice(-1);
  for (let i = 0; i < 30; i++) ticker.requestEarlyTick();
  pass(tickMs);
  expect(tickedMs.map(atMs => atMs - (last?.atMs ?? 0))).toEqual([8]);
});
