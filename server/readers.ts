import type { Logger } from 'pino';
import { maxBehindMs, maxUnsentBytes } from '../shared/limits.ts';
import type { Frame } from '../shared/protocol.ts';
import type { Metrics } from './metrics.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import type { InklingServer, InklingSocket } from './sockets.ts';

/** A reader takes frames as they come, or is `behind` and waits for its buffer to drain. */
type Reading = { state: 'live' } | { state: 'behind'; sinceMs: number };

interface Reader {
  socket: InklingSocket;
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
  /** Everybody in the room who keeps up gets the frame, encoded once. */
  send(room: string, frame: Frame): void;
  /** `socket` reads `room` from its next frame on. Returns what ends it. */
  add(socket: InklingSocket, room: Room): () => void;
  /** Cuts off who is too far or too long behind. */
  sweep(): void;
}

/** Half a second of ticks: slower than that is no hiccup. */
const maxUndrainedFrames = 15;

/**
 * A reader that cannot keep up skips ticks until its buffer drains, then gets the room as it is; too far or too
 * long behind, it is cut off and may come again. What waits for it is bounded, whatever it does.
 */
export function createReaders({ io, rooms, metrics, log, now }: ReadersParts): Readers {
  const byRoom = new Map<string, Set<Reader>>();

  function catchUp(reader: Reader, room: Room) {
    rooms.flush(room.name);
    reader.reading = { state: 'live' };
    metrics.slowReaders.inc({ outcome: 'caught up' });
    reader.socket.emit('snapshot', { ...room.snapshot(), people: room.people() });
    void reader.socket.join(liveRoom(room.name));
  }

  function cutOff(reader: Reader, why: string) {
    metrics.slowReaders.inc({ outcome: 'cut off' });
    log.warn({ why, bytes: reader.undrainedBytes }, 'slow reader cut off');
    // Closing the connection, not the session on it: its client reconnects and starts from a snapshot.
    reader.socket.conn.close(true);
  }

  return {
    send(room, frame) {
      for (const reader of byRoom.get(room) ?? []) {
        if (reader.reading.state === 'behind') {
          metrics.shedFrames.inc();
          continue;
        }
        if (++reader.undrainedFrames <= maxUndrainedFrames) continue;
        reader.reading = { state: 'behind', sinceMs: now() };
        void reader.socket.leave(liveRoom(room));
      }
      io.to(liveRoom(room)).emit('frame', frame);
    },
    add(socket, room) {
      const reader: Reader = { socket, reading: { state: 'live' }, undrainedFrames: 0, undrainedBytes: 0 };
      const readers = byRoom.get(room.name) ?? new Set();
      byRoom.set(room.name, readers.add(reader));
      void socket.join(liveRoom(room.name));
      const created = ({ data }: { data?: unknown }) => {
        if (typeof data === 'string') reader.undrainedBytes += data.length;
      };
      const drained = () => {
        reader.undrainedFrames = 0;
        reader.undrainedBytes = 0;
        if (reader.reading.state === 'behind') catchUp(reader, room);
      };
      socket.conn.on('packetCreate', created);
      socket.conn.on('drain', drained);
      return () => {
        socket.conn.off('packetCreate', created);
        socket.conn.off('drain', drained);
        readers.delete(reader);
        if (readers.size === 0) byRoom.delete(room.name);
      };
    },
    sweep() {
      for (const reader of [...byRoom.values()].flatMap(readers => [...readers])) {
        if (reader.undrainedBytes > maxUnsentBytes) cutOff(reader, 'too far behind');
        else if (reader.reading.state === 'behind' && now() - reader.reading.sinceMs > maxBehindMs) {
          cutOff(reader, 'behind for too long');
        }
      }
    },
  };
}

const liveRoom = (room: string) => `live:${room}`;
