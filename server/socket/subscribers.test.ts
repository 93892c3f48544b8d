import { EventEmitter } from 'node:events';
import pino from 'pino';
import { beforeEach, expect, test, vi } from 'vitest';
import { maxBehindMs } from '../../shared/limits.ts';
import type { Frame, Snapshot } from '../../shared/protocol.ts';
import { createMetrics } from '../core/metrics.ts';
import { createRoom, type Room } from '../room/room.ts';
import { begin, ink } from '../testing/drawings.ts';
import { createSchedule, type Schedule } from '../testing/schedule.ts';
import type { InklingSocket } from './socket-types.ts';
import { createSubscribers, type PageSubscription, type Subscribers } from './subscribers.ts';

let schedule: Schedule;
let room: Room;
let readers: Subscribers;
let ticksAsked: number;

beforeEach(() => {
  schedule = createSchedule();
  ticksAsked = 0;
  room = createRoom({ name: 'room', now: schedule.nowMs, onChanged: () => {}, onEvicted: () => {} });
  readers = createSubscribers({
    metrics: createMetrics(),
    log: pino({ level: 'silent' }),
    now: schedule.nowMs,
    after: schedule.after,
  });
  readers.start();
});

function tick() {
  for (const { page, frame } of room.buildFrames()) readers.send({ room: 'room', page }, frame);
  readers.sendDueSnapshots(room);
}

interface Person {
  reader: PageSubscription;
  /** Names of the received events, in order. */
  events: string[];
  frames: Buffer[];
  /** The received frames, decoded as in a page. */
  readFrames: Frame[];
  welcomed: Snapshot | undefined;
  closed: boolean;
  drain(): void;
}

function come(number = 1): Person {
  const conn = Object.assign(new EventEmitter(), {
    write(text: string, { wsPreEncodedFrame: [frame] }: { wsPreEncodedFrame: [Buffer] }) {
      const [event, payload] = JSON.parse(text.slice(1));
      person.events.push(event);
      if (event === 'frame') person.readFrames.push(payload);
      person.frames.push(frame);
      conn.emit('packetCreate', { data: text });
    },
    close() {
      person.closed = true;
    },
  });
  const person: Omit<Person, 'reader'> = {
    events: [],
    frames: [],
    readFrames: [],
    welcomed: undefined,
    closed: false,
    drain: () => void conn.emit('drain'),
  };
  const reader = readers.add({
    socket: { conn } as unknown as InklingSocket,
    room,
    ticker: { requestTick: () => ticksAsked++, requestEarlyTick: () => ticksAsked++, stop() {} },
    person: number,
    page: 0,
    welcome(snapshot) {
      person.events.push(`welcome to ${snapshot.tiles.length}`);
      person.welcomed = snapshot;
      conn.emit('packetCreate', { data: JSON.stringify(snapshot) });
    },
  });
  return Object.assign(person, { reader });
}

const inkAnew = () => {
  const live = begin(room);
  return () => ink(live, 0, [1, 1]);
};

test('[F8] a new subscriber gets welcome at the next tick, with what all others have been sent', () => {
  const draw = inkAnew();
  draw();
  const ada = come();
  expect(ada.events).toEqual([]);
  expect(ticksAsked).toBe(1);
  tick();
  expect(ada.events).toEqual(['welcome to 1']);
  draw();
  tick();
  expect(ada.events).toEqual(['welcome to 1', 'frame']);
});

test('[F1] everybody on a page gets the same bytes, and so do those who change to it in one tick', () => {
  const people = [come(), come(), come()];
  tick();
  inkAnew()();
  tick();
  for (const { frames } of people) expect(frames[0]).toBe(people[0]!.frames[0]);
  for (const author of Array(64).keys()) begin(room, { author: `${author}` });
  tick();
  for (const { reader } of people) reader.setPage(1);
  tick();
  for (const { events, frames } of people) {
    expect(events.at(-1)).toBe('snapshot');
    expect(frames.at(-1)).toBe(people[0]!.frames.at(-1));
  }
});

test('[F8] a class that comes in one tick is shown a page that was packed once', () => {
  for (const author of Array(20).keys()) begin(room, { author: `${author}` });
  tick();
  const snapshot = vi.spyOn(room, 'snapshot');
  const people = Array.from({ length: 40 }, (_, number) => come(number));
  tick();
  for (const { welcomed } of people) expect(welcomed?.tiles).toHaveLength(20);
  expect(snapshot).toHaveBeenCalledTimes(1);
});

test('[P3] a subscriber that changes the page gets no frame of the old one and first a snapshot of the new one', () => {
  const ada = come();
  tick();
  for (const author of Array(65).keys()) begin(room, { author: `${author}` });
  tick();
  ada.events.length = 0;
  ada.reader.setPage(1);
  expect(ada.reader.page()).toBe(1);
  inkAnew()();
  tick();
  expect(ada.events).toEqual(['snapshot']);
});

test('[B1] a subscriber that does not keep up gets no frames, and a snapshot when its connection has drained', () => {
  const ada = come();
  tick();
  const draw = inkAnew();
  for (let ms = 0; ms < 40; ms++) {
    draw();
    tick();
  }
  const sent = ada.events.length;
  expect(sent).toBeLessThan(20);
  ada.drain();
  expect(ada.events).toHaveLength(sent);
  tick();
  expect(ada.events.at(-1)).toBe('snapshot');
  draw();
  tick();
  expect(ada.events.at(-1)).toBe('frame');
});

test('[B2] a subscriber that is behind for too long or left too much unread is disconnected', async () => {
  const [slow, heavy] = [come(), come()];
  tick();
  const draw = inkAnew();
  for (let ms = 0; ms < 20; ms++) {
    draw();
    tick();
    heavy.drain();
  }
  await schedule.advance(1_000);
  expect([slow.closed, heavy.closed]).toEqual([false, false]);
  const tiles = Array.from({ length: 300_000 }, () => 1);
  readers.send({ room: 'room', page: 0 }, { tick: 99, finished: tiles } satisfies Frame);
  await schedule.advance(maxBehindMs + 1_001);
  expect([slow.closed, heavy.closed]).toEqual([true, true]);
});

test('[B2] a subscriber that left is sent nothing more, welcome or not', () => {
  const [ada, bo] = [come(), come()];
  ada.reader.stop();
  tick();
  bo.reader.stop();
  inkAnew()();
  tick();
  expect([ada.events, bo.events]).toEqual([[], ['welcome to 0']]);
});

/** Fills the wall with large drawings: nearly a megabyte. */
function fillWall(tiles: number) {
  for (let i = 0; i < tiles; i++) {
    const live = begin(room, { author: `${i}`, person: i });
    ink(
      live,
      0,
      Array.from({ length: 8_000 }, (_, k) => (k * 389) % 1024),
    );
  }
}

test('[B3] a full wall is sent in parts, as fast as they are taken, and does not count as falling behind', async () => {
  fillWall(40);
  tick();
  const wall = room.snapshot(0).tiles;
  const draw = inkAnew();
  const phone = come(7);
  const shown = new Map<number, string>();
  let seconds = 0;
  for (; shown.size < 41 && seconds < 60; seconds++) {
    for (let ms = 0; ms < 30; ms++) {
      draw();
      tick();
    }
    await schedule.advance(1_000);
    expect(phone.closed).toBe(false);
    phone.drain();
    tick();
    for (const tile of phone.welcomed?.tiles ?? []) shown.set(tile.tile, tile.ink.join());
    for (const { redrawn } of phone.readFrames)
      for (const [tile, strokes] of redrawn ?? []) shown.set(tile, strokes.join());
  }
  expect(phone.events.filter(event => event !== 'frame')).toEqual([
    expect.stringMatching(/^welcome to \d+$/),
  ]);
  expect(phone.welcomed!.tiles.length).toBeLessThan(10);
  expect(phone.welcomed!.tiles.some(({ person }) => person === 7)).toBe(true);
  for (const { tile, ink: strokes } of wall) expect(shown.get(tile)).toBe(strokes.join());
  for (const frame of phone.frames) expect(frame.length).toBeLessThan(131_072);
  const ticks = phone.readFrames.map(frame => frame.tick);
  expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
  expect(seconds).toBeLessThan(30);
});

test('[B3] a subscriber that takes no part of a full wall is disconnected', async () => {
  fillWall(40);
  const phone = come();
  tick();
  const draw = inkAnew();
  for (let ms = 0; ms < 400; ms++) {
    draw();
    tick();
  }
  await schedule.advance(1_000);
  expect(phone.closed).toBe(false);
  await schedule.advance(maxBehindMs + 1_001);
  expect(phone.closed).toBe(true);
});

test('nothing is armed after a stop', () => {
  expect(schedule.armed()).toBe(1);
  readers.stop();
  expect(schedule.armed()).toBe(0);
});
