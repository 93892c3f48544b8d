import type { Logger } from 'pino';
import { maxBehindMs, maxUnsentBytes } from '../shared/limits.ts';
import type { Frame } from '../shared/protocol.ts';
import type { Metrics } from './metrics.ts';
import type { Room } from './room.ts';
import type { PageOfRoom, Rooms } from './rooms.ts';
import type { InklingServer, InklingSocket } from './sockets.ts';

/** A reader takes frames as they come, or is `behind` and waits for its buffer to drain. */
type Reading = { state: 'live' } | { state: 'behind'; sinceMs: number };

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
  io: InklingServer;
  rooms: Rooms;
  metrics: Metrics;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
}

export interface Readers {
  /** Everybody who looks at the page and keeps up gets the frame, encoded once. */
  send(to: PageOfRoom, frame: Frame): void;
  /** `socket` reads a page of `room` from its next frame on. */
  add(socket: InklingSocket, from: { room: Room; page: number }): PageReader;
  /** Cuts off who is too far or too long behind. */
  sweep(): void;
}

export interface PageReader {
  page(): number;
  /** Reads another page from now on, beginning with a snapshot. */
  look(page: number): void;
  stop(): void;
}

/** Half a second of ticks: slower than that is no hiccup. */
const maxUndrainedFrames = 15;

/**
 * A reader that cannot keep up skips ticks until its buffer drains, then gets the page as it is; too far or too
 * long behind, it is cut off and may come again. What waits for it is bounded, whatever it does.
 */
export function createReaders({ io, rooms, metrics, log, now }: ReadersParts): Readers {
  const byPage = new Map<string, Set<Reader>>();

  function sit(reader: Reader) {
    const key = keyOf(reader);
    byPage.set(key, (byPage.get(key) ?? new Set()).add(reader));
    if (reader.reading.state === 'live') void reader.socket.join(key);
  }

  function rise(reader: Reader) {
    const key = keyOf(reader);
    const readers = byPage.get(key);
    readers?.delete(reader);
    if (readers?.size === 0) byPage.delete(key);
    void reader.socket.leave(key);
  }

  function sendSnapshot({ socket, room, page }: Reader) {
    socket.emit('snapshot', { ...room.snapshot(page), people: room.people() });
  }

  function catchUp(reader: Reader) {
    rooms.flush(reader.room.name);
    reader.reading = { state: 'live' };
    metrics.slowReaders.inc({ outcome: 'caught up' });
    sendSnapshot(reader);
    sit(reader);
  }

  function look(reader: Reader, asked: number) {
    const { page } = reader.room.snapshot(asked);
    if (page === reader.page) return;
    rooms.flush(reader.room.name);
    rise(reader);
    reader.page = page;
    if (reader.reading.state === 'live') sendSnapshot(reader);
    sit(reader);
  }

  function cutOff(reader: Reader, why: string) {
    metrics.slowReaders.inc({ outcome: 'cut off' });
    log.warn({ why, bytes: reader.undrainedBytes }, 'slow reader cut off');
    // Closing the connection, not the session on it: its client reconnects and starts from a snapshot.
    reader.socket.conn.close(true);
  }

  return {
    send(to, frame) {
      const key = keyOf({ room: { name: to.room }, page: to.page });
      for (const reader of byPage.get(key) ?? []) {
        if (reader.reading.state === 'behind') {
          metrics.shedFrames.inc();
          continue;
        }
        if (++reader.undrainedFrames <= maxUndrainedFrames) continue;
        reader.reading = { state: 'behind', sinceMs: now() };
        void reader.socket.leave(key);
      }
      io.to(key).emit('frame', frame);
    },
    add(socket, from) {
      const reader: Reader = {
        socket,
        ...from,
        reading: { state: 'live' },
        undrainedFrames: 0,
        undrainedBytes: 0,
      };
      sit(reader);
      const created = ({ data }: { data?: unknown }) => {
        if (typeof data === 'string') reader.undrainedBytes += data.length;
      };
      const drained = () => {
        reader.undrainedFrames = 0;
        reader.undrainedBytes = 0;
        if (reader.reading.state === 'behind') catchUp(reader);
      };
      socket.conn.on('packetCreate', created);
      socket.conn.on('drain', drained);
      return {
        page: () => reader.page,
        look: page => look(reader, page),
        stop() {
          socket.conn.off('packetCreate', created);
          socket.conn.off('drain', drained);
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
const keyOf = ({ room, page }: { room: { name: string }; page: number }) => `${room.name}:${page}`;
