import type { Frame } from '../../shared/protocol.ts';
import { createTimer } from '../core/every.ts';
import type { Drawings } from '../drawing/drawing-service.ts';
import { createTicker, type Ticker } from './frame-ticker.ts';
import { createRoom, type Room } from './room.ts';
import type { RoomHosts } from './room-hosts.ts';

/** A page of a room; all its subscribers receive the same frames. */
export interface PageOfRoom {
  room: string;
  page: number;
}

/** The same rooms on other nodes. */
export interface RoomPeers {
  open(room: Room): void;
  close(room: Room): void;
  /** Publishes the room's changes to other nodes after a tick. */
  publishTick(room: Room): void;
}

/** The receivers of frames. */
export interface RoomSubscribers {
  send(to: PageOfRoom, frame: Frame): void;
  /** All frames of a tick of the room were sent. */
  sendDueSnapshots(room: Room): void;
}

export interface RoomsParts {
  subscribers: RoomSubscribers;
  cluster: RoomPeers;
  drawings: Pick<Drawings, 'expire' | 'evict' | 'remove'>;
  hosts: Pick<RoomHosts, 'rulesOf' | 'hasEnded' | 'onChanged'>;
  /** Frames come at most once per `minTickMs`, whatever the room's size. */
  overload: { minTickMs(): number };
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface OpenRoom {
  room: Room;
  ticker: Ticker;
}

export interface Rooms {
  /** Returns the room of that name; opens it if needed. */
  get(name: string): OpenRoom;
  /** The names of the open rooms. */
  names(): string[];
  start(): void;
  stop(): void;
}

const sweepMs = 1_000;

/** Rooms with people of this node, present or possibly returning. */
export function createRooms(parts: RoomsParts): Rooms {
  const { subscribers, cluster, drawings, hosts, overload, now, after } = parts;
  const rooms = new Map<string, OpenRoom>();

  function open(name: string): OpenRoom {
    const room = createRoom({
      name,
      now,
      rules: hosts.rulesOf(name),
      onEvicted: drawings.evict,
      onChanged: () => ticker.requestTick(),
    });
    const ticker = createTicker({
      room,
      minTickMs: overload.minTickMs,
      now,
      after,
      send: (page, frame) => subscribers.send({ room: name, page }, frame),
      onTicked() {
        subscribers.sendDueSnapshots(room);
        cluster.publishTick(room);
      },
    });
    const entry = { room, ticker };
    rooms.set(name, entry);
    cluster.open(room);
    return entry;
  }

  hosts.onChanged(name => {
    const room = rooms.get(name)?.room;
    // Rows on their way to the database are not stored there any more.
    if (hosts.hasEnded(name)) for (const { id } of room?.drawings() ?? []) drawings.remove(id);
    else room?.setRules(hosts.rulesOf(name));
  });

  /** Finishes the drawings of people who will not return, then removes empty rooms. */
  function sweep() {
    for (const { room } of rooms.values()) room.sweep().forEach(drawings.expire);
    for (const [name, { room, ticker }] of rooms) {
      if (!room.empty()) continue;
      ticker.stop();
      cluster.close(room);
      room.clear().forEach(drawings.evict);
      rooms.delete(name);
    }
  }
  const sweeping = createTimer(after, { ms: sweepMs, run: sweep });

  return {
    get: name => rooms.get(name) ?? open(name),
    names: () => [...rooms.keys()],
    start: sweeping.start,
    stop() {
      sweeping.stop();
      for (const { ticker } of rooms.values()) ticker.stop();
    },
  };
}
