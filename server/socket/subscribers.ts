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
 * A `live` subscriber takes each frame; a `backpressured` one waits for its buffer to drain. At the next tick a `new`
 * subscriber gets its welcome, and a `resyncing` one (previously backpressured or on another page) a snapshot. A
 * `filling` subscriber receives a large snapshot in parts: it takes frames, and further owed tiles whenever its buffer
 * has drained.
 */
type Delivery =
  | { state: 'new'; welcome(snapshot: Snapshot): void }
  | { state: 'resyncing' }
  | { state: 'live' }
  | { state: 'filling'; owed: ReadonlySet<number>; sinceMs: number; wroteSince: boolean }
  | { state: 'backpressured'; sinceMs: number };

interface Subscriber {
  socket: InklingSocket;
  room: Room;
  ticker: Pick<Ticker, 'requestTick' | 'requestEarlyTick'>;
  person: number;
  page: number;
  delivery: Delivery;
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
  const byPage = new Map<string, Set<Subscriber>>();
  /** Subscribers that are `new`, `resyncing`, or `filling` with owed tiles. */
  const waiting = new Map<Room, Set<Subscriber>>();

  function subscribe(subscriber: Subscriber) {
    const key = keyOf(subscriber.room.name, subscriber.page);
    byPage.set(key, (byPage.get(key) ?? new Set()).add(subscriber));
  }

  function unsubscribe(subscriber: Subscriber) {
    const key = keyOf(subscriber.room.name, subscriber.page);
    const subscribers = byPage.get(key);
    subscribers?.delete(subscriber);
    if (subscribers?.size === 0) byPage.delete(key);
  }

  function wait(subscriber: Subscriber, delivery: Delivery) {
    subscriber.delivery = delivery;
    waiting.set(subscriber.room, (waiting.get(subscriber.room) ?? new Set()).add(subscriber));
    if (delivery.state === 'new') subscriber.ticker.requestEarlyTick();
    else subscriber.ticker.requestTick();
  }

  function setPage(subscriber: Subscriber, asked: number) {
    const page = subscriber.room.nearestPage(asked);
    if (page === subscriber.page) return;
    unsubscribe(subscriber);
    subscriber.page = page;
    subscribe(subscriber);
    const { state } = subscriber.delivery;
    if (state === 'live' || state === 'filling') wait(subscriber, { state: 'resyncing' });
  }

  /** The buffer has drained; after a frame this means that the part before it was taken too. */
  function filled(subscriber: Subscriber, delivery: Extract<Delivery, { state: 'filling' }>) {
    delivery.sinceMs = now();
    if (delivery.owed.size > 0) wait(subscriber, delivery);
    else if (delivery.wroteSince) subscriber.delivery = { state: 'live' };
  }

  function disconnect(subscriber: Subscriber, why: string) {
    metrics.slowReaders.inc({ outcome: 'cut off' });
    log.warn({ why, bytes: subscriber.undrainedBytes }, 'slow subscriber disconnected');
    // Closes the connection, not the session: the client reconnects and gets a snapshot.
    subscriber.socket.conn.close(true);
  }

  function isLate(delivery: Delivery) {
    const isBehind =
      delivery.state === 'backpressured' || (delivery.state === 'filling' && delivery.wroteSince);
    return isBehind && now() - delivery.sinceMs > maxBehindMs;
  }

  function deliver(subscriber: Subscriber, packet: EncodedEvent) {
    switch (subscriber.delivery.state) {
      case 'new':
      case 'resyncing':
        return;
      case 'backpressured':
        metrics.shedFrames.inc();
        return;
      case 'live':
        if (++subscriber.undrainedFrames <= maxUndrainedFrames) sendEncoded(subscriber.socket, packet);
        else subscriber.delivery = { state: 'backpressured', sinceMs: now() };
        return;
      case 'filling':
        subscriber.delivery.wroteSince = true;
        if (subscriber.undrainedBytes <= maxBehindPart) sendEncoded(subscriber.socket, packet);
        else subscriber.delivery = { state: 'backpressured', sinceMs: subscriber.delivery.sinceMs };
        return;
      default:
        subscriber.delivery satisfies never;
    }
  }

  /** Disconnects subscribers that are too far or too long behind. */
  function sweep() {
    for (const subscriber of [...byPage.values()].flatMap(subscribers => [...subscribers])) {
      if (subscriber.undrainedBytes > maxUnsentBytes) disconnect(subscriber, 'too far behind');
      else if (isLate(subscriber.delivery)) disconnect(subscriber, 'behind for too long');
    }
  }

  return {
    send(to, frame) {
      const subscribers = byPage.get(keyOf(to.room, to.page));
      if (subscribers === undefined) return;
      const packet = encodeEvent('frame', frame);
      for (const subscriber of subscribers) deliver(subscriber, packet);
    },
    sendDueSnapshots(room) {
      const subscribers = waiting.get(room);
      if (subscribers === undefined) return;
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
      function begin(subscriber: Subscriber) {
        const whole = snapshotOf(subscriber.page);
        const { tiles, length, owed } = firstPart(whole.tiles, subscriber.person);
        const snapshot = { ...whole, tiles };
        const { delivery } = subscriber;
        subscriber.delivery =
          length > shortSnapshot
            ? { state: 'filling', owed, sinceMs: now(), wroteSince: false }
            : { state: 'live' };
        if (delivery.state === 'new') return delivery.welcome(snapshot);
        const key = `${subscriber.page}: all but ${[...owed].join()}`;
        sendEncoded(
          subscriber.socket,
          packetFor(key, () => encodeEvent('snapshot', { ...snapshot, people: room.people() })),
        );
      }
      // A separate tick, because the frame of this one has been sent.
      let tick: number | undefined;
      function goOn(subscriber: Subscriber, delivery: Extract<Delivery, { state: 'filling' }>) {
        tick ??= room.nextTick();
        const { frame, owed } = nextPart({ ...snapshotOf(subscriber.page), tick }, delivery.owed);
        subscriber.delivery = { state: 'filling', owed, sinceMs: now(), wroteSince: false };
        const key = `${subscriber.page}: ${[...delivery.owed].join()}`;
        sendEncoded(
          subscriber.socket,
          packetFor(key, () => encodeEvent('frame', frame)),
        );
      }
      for (const subscriber of subscribers) {
        if (subscriber.delivery.state === 'backpressured') continue;
        subscriber.isSnapshot = true;
        if (subscriber.delivery.state === 'filling') goOn(subscriber, subscriber.delivery);
        else begin(subscriber);
        subscriber.isSnapshot = false;
      }
    },
    add({ socket, room, ticker, person, page, welcome }) {
      const subscriber: Subscriber = {
        socket,
        room,
        ticker,
        person,
        page,
        delivery: { state: 'new', welcome },
        undrainedFrames: 0,
        undrainedBytes: 0,
        isSnapshot: false,
      };
      subscribe(subscriber);
      wait(subscriber, subscriber.delivery);
      const created = ({ data }: { data?: unknown }) => {
        if (typeof data === 'string' && !subscriber.isSnapshot) subscriber.undrainedBytes += data.length;
      };
      const drained = () => {
        subscriber.undrainedFrames = 0;
        subscriber.undrainedBytes = 0;
        if (subscriber.delivery.state === 'filling') return filled(subscriber, subscriber.delivery);
        if (subscriber.delivery.state !== 'backpressured') return;
        metrics.slowReaders.inc({ outcome: 'caught up' });
        wait(subscriber, { state: 'resyncing' });
      };
      socket.conn.on('packetCreate', created);
      socket.conn.on('drain', drained);
      return {
        page: () => subscriber.page,
        setPage: asked => setPage(subscriber, asked),
        stop() {
          socket.conn.off('packetCreate', created);
          socket.conn.off('drain', drained);
          waiting.get(room)?.delete(subscriber);
          unsubscribe(subscriber);
        },
      };
    },
    ...createTimer(after, { ms: sweepMs, run: sweep }),
  };
}

/** Room names contain no colon. */
const keyOf = (room: string, page: number) => `${room}:${page}`;
