import type { Logger } from 'pino';
import { maxBehindMs, maxUnsentBytes } from '../shared/limits.ts';
import type { Frame, Snapshot } from '../shared/protocol.ts';
import type { Metrics } from './metrics.ts';
import { type Packet, packetOf, sendPacket } from './packet.ts';
import type { Room } from './room.ts';
import type { PageOfRoom, Rooms } from './rooms.ts';
import type { InklingSocket } from './sockets.ts';

/**
 * A reader takes frames as they come, or is `behind` and waits for its buffer to drain. Who is `new` is welcome at the
 * next tick; who is `arriving`, from being behind or from another page, gets a snapshot then.
 */
type Reading =
  | { state: 'new'; welcome(snapshot: Snapshot): void }
  | { state: 'arriving' }
  | { state: 'live' }
  | { state: 'behind'; sinceMs: number };

interface Reader {
  socket: InklingSocket;
  room: Room;
  page: number;
  reading: Reading;
  /** Frames and characters handed over since the connection last took everything. */
  undrainedFrames: number;
  undrainedBytes: number;
}

export interface ReadersParts {
  rooms: Pick<Rooms, 'soon' | 'sooner'>;
  metrics: Metrics;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
}

export interface Newcomer {
  socket: InklingSocket;
  room: Room;
  page: number;
  /** Called at the room's next tick, or never when the reader is stopped before. */
  welcome(snapshot: Snapshot): void;
}

export interface Readers {
  /** Everybody who looks at the page and keeps up gets the frame, encoded once. */
  send(to: PageOfRoom, frame: Frame): void;
  /** The frames of a tick are out: who came since the last one sees the room as it is now, and takes frames from the next. */
  ticked(room: Room): void;
  add(newcomer: Newcomer): PageReader;
  /** Cuts off who is too far or too long behind. */
  sweep(): void;
}

export interface PageReader {
  page(): number;
  /** Reads another page from the next tick on, beginning with a snapshot. */
  look(page: number): void;
  stop(): void;
}

/** Half a second of ticks: slower than that is no hiccup. */
const maxUndrainedFrames = 15;

/**
 * A snapshot must say what everybody has been told and no more, so who needs one waits for the tick. A reader that
 * cannot keep up skips ticks until its buffer drains, then gets the page as it is; too far or too long behind, it is cut
 * off and may come again. What waits for it is bounded, whatever it does.
 */
export function createReaders({ rooms, metrics, log, now }: ReadersParts): Readers {
  const byPage = new Map<string, Set<Reader>>();
  /** `new` and `arriving`. */
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
    if (reading.state === 'new') rooms.sooner(reader.room.name);
    else rooms.soon(reader.room.name);
  }

  function look(reader: Reader, asked: number) {
    const page = reader.room.nearestPage(asked);
    if (page === reader.page) return;
    rise(reader);
    reader.page = page;
    sit(reader);
    if (reader.reading.state === 'live') wait(reader, { state: 'arriving' });
  }

  function cutOff(reader: Reader, why: string) {
    metrics.slowReaders.inc({ outcome: 'cut off' });
    log.warn({ why, bytes: reader.undrainedBytes }, 'slow reader cut off');
    // Closing the connection, not the session on it: its client reconnects and starts from a snapshot.
    reader.socket.conn.close(true);
  }

  function hand(reader: Reader, packet: Packet) {
    switch (reader.reading.state) {
      case 'new':
      case 'arriving':
        return;
      case 'behind':
        metrics.shedFrames.inc();
        return;
      case 'live':
        if (++reader.undrainedFrames <= maxUndrainedFrames) sendPacket(reader.socket, packet);
        else reader.reading = { state: 'behind', sinceMs: now() };
        return;
      default:
        reader.reading satisfies never;
    }
  }

  return {
    send(to, frame) {
      const readers = byPage.get(keyOf(to.room, to.page));
      if (readers === undefined) return;
      const packet = packetOf('frame', frame);
      for (const reader of readers) hand(reader, packet);
    },
    ticked(room) {
      const readers = waiting.get(room);
      if (readers === undefined) return;
      waiting.delete(room);
      const pages = new Map<number, Packet>();
      function pageOf({ page }: Reader) {
        const packet =
          pages.get(page) ?? packetOf('snapshot', { ...room.snapshot(page), people: room.people() });
        pages.set(page, packet);
        return packet;
      }
      for (const reader of readers) {
        const { reading } = reader;
        reader.reading = { state: 'live' };
        if (reading.state === 'new') reading.welcome(room.snapshot(reader.page));
        else sendPacket(reader.socket, pageOf(reader));
      }
    },
    add({ socket, room, page, welcome }) {
      const reader: Reader = {
        socket,
        room,
        page,
        reading: { state: 'new', welcome },
        undrainedFrames: 0,
        undrainedBytes: 0,
      };
      sit(reader);
      wait(reader, reader.reading);
      const created = ({ data }: { data?: unknown }) => {
        if (typeof data === 'string') reader.undrainedBytes += data.length;
      };
      const drained = () => {
        reader.undrainedFrames = 0;
        reader.undrainedBytes = 0;
        if (reader.reading.state !== 'behind') return;
        metrics.slowReaders.inc({ outcome: 'caught up' });
        wait(reader, { state: 'arriving' });
      };
      socket.conn.on('packetCreate', created);
      socket.conn.on('drain', drained);
      return {
        page: () => reader.page,
        look: asked => look(reader, asked),
        stop() {
          socket.conn.off('packetCreate', created);
          socket.conn.off('drain', drained);
          waiting.get(room)?.delete(reader);
          rise(reader);
        },
      };
    },
    sweep() {
      for (const reader of [...byPage.values()].flatMap(readers => [...readers])) {
        if (reader.undrainedBytes > maxUnsentBytes) cutOff(reader, 'too far behind');
        else if (reader.reading.state === 'behind' && now() - reader.reading.sinceMs > maxBehindMs) {
          cutOff(reader, 'behind for too long');
        }
      }
    },
  };
}

/** No name of a room has a colon. */
const keyOf = (room: string, page: number) => `${room}:${page}`;
