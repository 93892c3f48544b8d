import type { Frame } from '../../shared/protocol.ts';
import { after } from '../core/schedule.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';
import { createTicker, type Ticker } from './frame-ticker.ts';
import { createRoom, type Room } from './room.ts';

/** Everybody who looks at a page of a room gets the same. */
export interface PageOfRoom {
  room: string;
  page: number;
}

/** The same rooms on other nodes. */
export interface RoomPeers {
  open(room: Room): void;
  close(room: Room): void;
  /** A tick of the room went out: other nodes with people there hear their part of it. */
  publishTick(room: Room): void;
}

export interface RoomsParts {
  send(to: PageOfRoom, frame: Frame): void;
  /** All frames of a tick of the room were sent. */
  onTicked(room: Room): void;
  /** Other nodes with people in the same rooms, where there are any. */
  cluster?: RoomPeers;
  /** Frames come no faster than this, whatever the room's size. */
  leastTickMs(): number;
  /** A finished drawing left its room's wall. */
  onEvicted(drawing: LiveDrawing): void;
  /** Milliseconds, monotonic. */
  now(): number;
}

export interface Rooms {
  get(name: string): Room;
  /** The room ticks as soon as it may, whether or not anything changed. */
  requestTick(name: string): void;
  /** The same for somebody who came. */
  requestEarlyTick(name: string): void;
  /** Ages every room. Returns the drawings nobody will come back to. */
  expirePeople(): LiveDrawing[];
  /** Drops rooms without people; call after the drawings of `sweep` are dealt with. */
  removeEmpty(): void;
  stop(): void;
}

export function createRooms({ send, onTicked, leastTickMs, cluster, onEvicted, now }: RoomsParts): Rooms {
  const rooms = new Map<string, { room: Room; ticker: Ticker }>();

  function open(name: string) {
    const room = createRoom({ name, now, onEvicted, onChanged: () => ticker.requestTick() });
    const ticker = createTicker({
      room,
      leastTickMs,
      now,
      after,
      send: (page, frame) => send({ room: name, page }, frame),
      onTicked() {
        onTicked(room);
        cluster?.publishTick(room);
      },
    });
    const entry = { room, ticker };
    rooms.set(name, entry);
    cluster?.open(room);
    return entry;
  }

  return {
    get: name => (rooms.get(name) ?? open(name)).room,
    requestTick(name) {
      rooms.get(name)?.ticker.requestTick();
    },
    requestEarlyTick(name) {
      rooms.get(name)?.ticker.requestEarlyTick();
    },
    expirePeople: () => [...rooms.values()].flatMap(({ room }) => room.sweep()),
    removeEmpty() {
      for (const [name, { room, ticker }] of rooms) {
        if (!room.empty()) continue;
        ticker.stop();
        cluster?.close(room);
        for (const drawing of room.clear()) onEvicted(drawing);
        rooms.delete(name);
      }
    },
    stop() {
      for (const { ticker } of rooms.values()) ticker.stop();
    },
  };
}
