import type { Logger } from 'pino';
import { maxBehindMs, maxUnsentBytes } from '../../shared/limits.ts';
import type { Frame, Snapshot } from '../../shared/protocol.ts';
import { createTimer } from '../core/every.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Ticker } from '../room/frame-ticker.ts';
import type { Room } from '../room/room.ts';
import type { OpenRoom, PageOfRoom } from '../room/room-registry.ts';
import { type EncodedEvent, encodeEvent, sendEncoded } from './encoded-event.ts';
import { firstPart, nextPart } from './snapshot-parts.ts';
import type { InklingSocket } from './socket-types.ts';

/**
 * A current subscriber takes each frame; one that is `behind` waits for its buffer to drain. At the next tick a `new`
 * subscriber gets its welcome, and an `arriving` one (previously behind or on another page) a snapshot. A `filling`
 * subscriber receives a large snapshot in parts: it takes frames, and further owed tiles whenever its buffer has
 * drained.
 */
type Reading =
  | { state: 'new'; welcome(snapshot: Snapshot): void }
  | { state: 'arriving' }
  | { state: 'live' }
  | { state: 'filling'; owed: ReadonlySet<number>; sinceMs: number; wroteSince: boolean }
  | { state: 'behind'; sinceMs: number };

interface Reader {
  socket: InklingSocket;
  room: Room;
  ticker: Pick<Ticker, 'requestTick' | 'requestEarlyTick'>;
  person: number;
  page: number;
  reading: Reading;
  /** Frames and characters sent since the buffer last drained, without snapshots. */
  undrainedFrames: number;
  undrainedBytes: number;
  /** Whether the current write is part of a snapshot. */
  isSnapshot: boolean;
}

export interface SubscribersParts {
  metrics: Metrics;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface NewSubscriber extends OpenRoom {
  socket: InklingSocket;
  person: number;
  page: number;
  /** Called at the room's next tick, or never if the subscriber is stopped before. */
  welcome(snapshot: Snapshot): void;
}

export interface Subscribers {
  /** Sends the frame, encoded once, to all subscribers of the page that keep up. */
  send(to: PageOfRoom, frame: Frame): void;
  /** Called after the frames of a tick: new subscribers get the state of the room, and frames from the next tick on. */
  sendDueSnapshots(room: Room): void;
  add(newcomer: NewSubscriber): PageSubscription;
  start(): void;
  stop(): void;
}

export interface PageSubscription {
  page(): number;
  /** Subscribes to another page at the next tick, starting with a snapshot. */
  setPage(page: number): void;
  stop(): void;
}

const sweepMs = 1_000;
/** Half a second of ticks: a longer delay is more than a hiccup. */
const maxUndrainedFrames = 15;
/** Limit of frame characters queued behind a part of a snapshot. */
const maxBehindPart = 131_072;
/** A shorter snapshot is delivered before the next frame. */
const shortSnapshot = 16_384;

/**
 * A snapshot must equal the state after the last broadcast frame, so new subscribers receive it at the next tick. A
 * subscriber that cannot keep up skips ticks until its buffer drains, then gets the current page; if it is too far or
 * too long behind, it is disconnected and may reconnect. Its queued data is bounded in every case.
 */
export function createSubscribers({ metrics, log, now, after }: SubscribersParts): Subscribers {
  const byPage = new Map<string, Set<Reader>>();
  /** Subscribers that are `new`, `arriving`, or `filling` with owed tiles. */
  const waiting = new Map<Room, Set<Reader>>();

  function sit(reader: Reader) {
    const key = keyOf(reader.room.name, reader.page);
    byPage.set(key, (byPage.get(key) ?? new Set()).add(reader));
  }

  function rise(reader: Reader) {
    const key = keyOf(reader.room.name, reader.page);
    const readers = byPage.get(key);
    readers?.delete(reader);
    if (readers?.size === 0) byPage.delete(key);
  }

  function wait(reader: Reader, reading: Reading) {
    reader.reading = reading;
    waiting.set(reader.room, (waiting.get(reader.room) ?? new Set()).add(reader));
    if (reading.state === 'new') reader.ticker.requestEarlyTick();
    else reader.ticker.requestTick();
  }

  function look(reader: Reader, asked: number) {
    const page = reader.room.nearestPage(asked);
    if (page === reader.page) return;
    rise(reader);
    reader.page = page;
    sit(reader);
    const { state } = reader.reading;
    if (state === 'live' || state === 'filling') wait(reader, { state: 'arriving' });
  }

  /** The buffer has drained; after a frame this means that the part before it was taken too. */
  function filled(reader: Reader, reading: Extract<Reading, { state: 'filling' }>) {
    reading.sinceMs = now();
    if (reading.owed.size > 0) wait(reader, reading);
    else if (reading.wroteSince) reader.reading = { state: 'live' };
  }

  function cutOff(reader: Reader, why: string) {
    metrics.slowReaders.inc({ outcome: 'cut off' });
    log.warn({ why, bytes: reader.undrainedBytes }, 'slow reader cut off');
    // Closes the connection, not the session: the client reconnects and gets a snapshot.
    reader.socket.conn.close(true);
  }

  function isLate(reading: Reading) {
    const isBehind = reading.state === 'behind' || (reading.state === 'filling' && reading.wroteSince);
    return isBehind && now() - reading.sinceMs > maxBehindMs;
  }

  function hand(reader: Reader, packet: EncodedEvent) {
    switch (reader.reading.state) {
      case 'new':
      case 'arriving':
        return;
      case 'behind':
        metrics.shedFrames.inc();
        return;
      case 'live':
        if (++reader.undrainedFrames <= maxUndrainedFrames) sendEncoded(reader.socket, packet);
        else reader.reading = { state: 'behind', sinceMs: now() };
        return;
      case 'filling':
        reader.reading.wroteSince = true;
        if (reader.undrainedBytes <= maxBehindPart) sendEncoded(reader.socket, packet);
        else reader.reading = { state: 'behind', sinceMs: reader.reading.sinceMs };
        return;
      default:
        reader.reading satisfies never;
    }
  }

  /** Disconnects subscribers that are too far or too long behind. */
  function sweep() {
    for (const reader of [...byPage.values()].flatMap(readers => [...readers])) {
      if (reader.undrainedBytes > maxUnsentBytes) cutOff(reader, 'too far behind');
      else if (isLate(reader.reading)) cutOff(reader, 'behind for too long');
    }
  }

  return {
    send(to, frame) {
      const readers = byPage.get(keyOf(to.room, to.page));
      if (readers === undefined) return;
      const packet = encodeEvent('frame', frame);
      for (const reader of readers) hand(reader, packet);
    },
    sendDueSnapshots(room) {
      const readers = waiting.get(room);
      if (readers === undefined) return;
      waiting.delete(room);
      const snapshots = new Map<number, Snapshot>();
      const packets = new Map<string, EncodedEvent>();
      function snapshotOf(page: number) {
        const snapshot = snapshots.get(page) ?? room.snapshot(page);
        snapshots.set(page, snapshot);
        return snapshot;
      }
      /** Encoded once for all receivers. */
      function packetFor(key: string, make: () => EncodedEvent) {
        const packet = packets.get(key) ?? make();
        packets.set(key, packet);
        return packet;
      }
      function begin(reader: Reader) {
        const whole = snapshotOf(reader.page);
        const { tiles, length, owed } = firstPart(whole.tiles, reader.person);
        const snapshot = { ...whole, tiles };
        const { reading } = reader;
        reader.reading =
          length > shortSnapshot
            ? { state: 'filling', owed, sinceMs: now(), wroteSince: false }
            : { state: 'live' };
        if (reading.state === 'new') return reading.welcome(snapshot);
        const key = `${reader.page}: all but ${[...owed].join()}`;
        sendEncoded(
          reader.socket,
          packetFor(key, () => encodeEvent('snapshot', { ...snapshot, people: room.people() })),
        );
      }
      // A separate tick, because the frame of this one has been sent.
      let tick: number | undefined;
      function goOn(reader: Reader, reading: Extract<Reading, { state: 'filling' }>) {
        tick ??= room.nextTick();
        const { frame, owed } = nextPart({ ...snapshotOf(reader.page), tick }, reading.owed);
        reader.reading = { state: 'filling', owed, sinceMs: now(), wroteSince: false };
        const key = `${reader.page}: ${[...reading.owed].join()}`;
        sendEncoded(
          reader.socket,
          packetFor(key, () => encodeEvent('frame', frame)),
        );
      }
      for (const reader of readers) {
        if (reader.reading.state === 'behind') continue;
        reader.isSnapshot = true;
        if (reader.reading.state === 'filling') goOn(reader, reader.reading);
        else begin(reader);
        reader.isSnapshot = false;
      }
    },
    add({ socket, room, ticker, person, page, welcome }) {
      const reader: Reader = {
        socket,
        room,
        ticker,
        person,
        page,
        reading: { state: 'new', welcome },
        undrainedFrames: 0,
        undrainedBytes: 0,
        isSnapshot: false,
      };
      sit(reader);
      wait(reader, reader.reading);
      const created = ({ data }: { data?: unknown }) => {
        if (typeof data === 'string' && !reader.isSnapshot) reader.undrainedBytes += data.length;
      };
      const drained = () => {
        reader.undrainedFrames = 0;
        reader.undrainedBytes = 0;
        if (reader.reading.state === 'filling') return filled(reader, reader.reading);
        if (reader.reading.state !== 'behind') return;
        metrics.slowReaders.inc({ outcome: 'caught up' });
        wait(reader, { state: 'arriving' });
      };
      socket.conn.on('packetCreate', created);
      socket.conn.on('drain', drained);
      return {
        page: () => reader.page,
        setPage: asked => look(reader, asked),
        stop() {
          socket.conn.off('packetCreate', created);
          socket.conn.off('drain', drained);
          waiting.get(room)?.delete(reader);
          rise(reader);
        },
      };
    },
    ...createTimer(after, { ms: sweepMs, run: sweep }),
  };
}

/** Room names contain no colon. */
const keyOf = (room: string, page: number) => `${room}:${page}`;
