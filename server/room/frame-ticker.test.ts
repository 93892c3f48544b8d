import { beforeEach, expect, test } from 'vitest';
import { smallRoomPeople, smallRoomTickMs, tickMs } from '../../shared/limits.ts';
import type { Frame } from '../../shared/protocol.ts';
import { createTicker, type Ticker } from './frame-ticker.ts';
import { createRoom, type Room } from './room.ts';

let nowMs: number;
let minTickMs: number;
let timers: { atMs: number; run(): void }[];
let sent: { atMs: number; frame: Frame }[];
let tickedMs: number[];
let room: Room;
let ticker: Ticker;

beforeEach(() => {
  nowMs = 1_000;
  minTickMs = 0;
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
    minTickMs: () => minTickMs,
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

test('[F2] the first change after a silence is sent at once, with the others of its turn', () => {
  enter(3);
  pass(0);
  expect(sent).toHaveLength(1);
  expect(sent[0].frame.came).toHaveLength(3);
});

test('[F1] [F2] changes every millisecond are sent once a tick; a large room or a busy server ticks more slowly', () => {
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
  minTickMs = 100;
  expect(frames()).toBe(Math.ceil(330 / 100));
});

test('[F2] a room without changes has no timer', () => {
  enter(1);
  pass(100);
  expect(timers).toHaveLength(0);
});

test('[F8] a tick that is asked for in a room without changes comes at once', () => {
  ticker.requestTick();
  pass(0);
  expect({ sent, tickedMs }).toEqual({ sent: [], tickedMs: [1_000] });
});

test('[F8] a tick comes after its frames, and not before the last one allows', () => {
  enter(1);
  pass(0);
  pass(1);
  ticker.requestTick();
  pass(smallRoomTickMs);
  expect(sent.map(({ atMs }) => atMs)).toEqual([1_000]);
  expect(tickedMs).toEqual([1_000, 1_000 + smallRoomTickMs]);
});

test('[F8] a new subscriber gets an early tick, shared by everybody who comes meanwhile', () => {
  enter(smallRoomPeople + 1);
  pass(1);
  tickedMs.length = 0;
  const [last] = sent.slice(-1);
  for (let i = 0; i < 30; i++) ticker.requestEarlyTick();
  pass(tickMs);
  expect(tickedMs.map(atMs => atMs - (last?.atMs ?? 0))).toEqual([8]);
});
