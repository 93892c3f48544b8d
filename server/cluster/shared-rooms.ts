import type { Logger } from 'pino';
import type { Drawings } from '../drawing/drawing-service.ts';
import type { Room } from '../room/room.ts';
import type { Bus } from './bus.ts';
import type { RoomMessage } from './peer-messages.ts';
import { createRemoteRoom, type RemoteRoom } from './peer-room.ts';

export interface SharedRoomsParts {
  bus: Pick<Bus, 'publish' | 'listen' | 'unlisten'>;
  /** A name no other node has. */
  node: string;
  drawings: Pick<Drawings, 'evict'>;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
}

/** Shortest interval between two requests for a room's state. */
const askAgainMs = 500;

const roomPrefix = 'inkling:1:room:';
const channelOf = (room: string) => roomPrefix + room;

interface Shared {
  room: Room;
  /** Other nodes with people in the room. */
  remotes: Map<string, RemoteRoom>;
  /** Number of the newest message of this node in the room. */
  sequence: number;
  askedMs: number;
}

/**
 * Shares rooms between nodes. Each node owns its own people's drawings and publishes their changes once per tick,
 * whatever their number; a room on one node costs nothing. A lost message leaves a gap in the sequence numbers, and
 * the receiver requests the whole state.
 */
export function createSharedRooms({ bus, node, drawings, log, now }: SharedRoomsParts) {
  const rooms = new Map<string, Shared>();
  /** The highest `sequence` of any room: a reopened room continues from it, so that late messages are recognised. */
  let highestSequence = 0;

  const publishToRoom = (room: string, message: RoomMessage) =>
    bus.publish(channelOf(room), JSON.stringify(message));

  function requestState(shared: Shared) {
    if (now() - shared.askedMs < askAgainMs) return;
    shared.askedMs = now();
    publishToRoom(shared.room.name, { kind: 'ask', node });
  }

  function nextSequence(shared: Shared): number {
    shared.sequence++;
    highestSequence = Math.max(highestSequence, shared.sequence);
    return shared.sequence;
  }

  function publishState({ room, sequence }: Shared) {
    publishToRoom(room.name, { kind: 'state', node, said: sequence, ...room.own() });
  }

  function publishChanges(shared: Shared) {
    const own = shared.room.takeOwnChanges();
    if (own !== undefined)
      publishToRoom(shared.room.name, { kind: 'tick', node, said: nextSequence(shared), ...own });
  }

  /** A node that was unknown here receives this node's state. */
  function remoteOf(shared: Shared, other: string): RemoteRoom {
    const known = shared.remotes.get(other);
    if (known !== undefined) return known;
    const remote = createRemoteRoom({ node: other, room: shared.room, onTakenOver: drawings.evict });
    shared.remotes.set(other, remote);
    shared.room.exportState(true);
    shared.room.takeOwnChanges();
    nextSequence(shared);
    publishState(shared);
    return remote;
  }

  function removeRemote(shared: Shared, other: string) {
    shared.remotes.get(other)?.clear();
    if (!shared.remotes.delete(other)) return;
    if (shared.remotes.size === 0) shared.room.exportState(false);
  }

  function handleRoomMessage(shared: Shared, message: RoomMessage) {
    switch (message.kind) {
      case 'ask': {
        const known = shared.remotes.has(message.node);
        remoteOf(shared, message.node);
        if (!known) return;
        publishChanges(shared);
        publishState(shared);
        return;
      }
      case 'state':
        remoteOf(shared, message.node).state(message);
        return;
      case 'tick':
        if (!remoteOf(shared, message.node).tick(message)) requestState(shared);
        return;
      case 'left':
        removeRemote(shared, message.node);
        return;
      default:
        message satisfies never;
    }
  }

  return {
    /** A person of this node is in the room from now on. */
    open(room: Room) {
      const shared: Shared = {
        room,
        remotes: new Map(),
        sequence: ++highestSequence,
        askedMs: Number.NEGATIVE_INFINITY,
      };
      rooms.set(room.name, shared);
      void bus.listen(channelOf(room.name)).then(() => requestState(shared));
    },
    close(room: Room) {
      const shared = rooms.get(room.name);
      if (shared === undefined) return;
      rooms.delete(room.name);
      publishToRoom(room.name, { kind: 'left', node });
      bus.unlisten(channelOf(room.name));
    },
    /** Publishes the room's changes to other nodes after a tick. */
    publishTick(room: Room) {
      const shared = rooms.get(room.name);
      if (shared !== undefined && shared.remotes.size > 0) publishChanges(shared);
    },
    /** The newest sequence number of each room. */
    sequences: () => Array.from(rooms, ([name, { sequence }]): [string, number] => [name, sequence]),
    /** Compares sequence numbers to detect lost and corrupt messages; a room that the node omits is one it left. */
    compare(other: string, sequences: ReadonlyMap<string, number>) {
      for (const [name, shared] of rooms) {
        const theirs = sequences.get(name);
        if (theirs === undefined) {
          removeRemote(shared, other);
          continue;
        }
        const remote = remoteOf(shared, other);
        // It would ignore all that follows.
        if (remote.isAhead(theirs)) remote.clear();
        if (remote.isBehind(theirs)) requestState(shared);
      }
    },
    removeNode(other: string) {
      for (const shared of rooms.values()) removeRemote(shared, other);
    },
    receive(channel: string, message: RoomMessage) {
      const shared = rooms.get(channel.slice(roomPrefix.length));
      if (shared === undefined) return;
      try {
        handleRoomMessage(shared, message);
      } catch (error) {
        log.warn({ err: error, channel, node: message.node }, 'a message of another node cannot be used');
        // The message may be applied in part.
        shared.remotes.get(message.node)?.clear();
        requestState(shared);
      }
    },
    /** Requests and publishes the state of each room, after the bus was down. */
    resync() {
      for (const shared of rooms.values()) {
        shared.askedMs = Number.NEGATIVE_INFINITY;
        for (const remote of shared.remotes.values()) remote.awaitState();
        requestState(shared);
        if (shared.remotes.size > 0) publishState(shared);
      }
    },
  };
}
