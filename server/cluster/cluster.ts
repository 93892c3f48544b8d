import type { Logger } from 'pino';
import type { Training } from '../../shared/protocol.ts';
import { createTimer } from '../core/every.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Drawings } from '../drawing/drawing-service.ts';
import type { Room } from '../room/room.ts';
import type { RoomHosts } from '../room/room-hosts.ts';
import type { Bus } from './bus.ts';
import { type NodeMessage, nodeMessageSchema, type RoomMessage, roomMessageSchema } from './peer-messages.ts';
import { createRemoteRoom, type RemoteRoom } from './peer-room.ts';
import { createRowNews } from './row-news.ts';

export interface ClusterParts {
  bus: Bus;
  /** A name no other node has. */
  node: string;
  drawings: Pick<Drawings, 'remove' | 'takeOff' | 'evict' | 'readLabel' | 'onRelabelled'>;
  hosts: Pick<RoomHosts, 'reload' | 'onDecided'>;
  metrics: Pick<Metrics, 'gauge'>;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Cluster {
  /** A person of this node is in the room from now on. */
  open(room: Room): void;
  close(room: Room): void;
  /** Publishes the room's changes to other nodes after a tick. */
  publishTick(room: Room): void;
  /** Publishes the progress of a job. */
  publishTraining(room: string, training: Training): void;
  /** `listener` receives progress of jobs on other nodes. */
  onTraining(listener: (room: string, training: Training) => void): void;
  /** Publishes the deletion of a row: each node removes the drawing from its walls. */
  publishDeleted(drawing: string): void;
  /** Removes erased drawings from the walls of every node. */
  publishExpired(drawings: readonly string[]): void;
  /** Publishes that a session erased all its drawings: each node does the same with what it holds. */
  publishErased(session: string): void;
  /** From now on `listener` is called for sessions that another node erased. */
  onErased(listener: (erased: { author: string; atMs: number }) => void): void;
  /** The row of a drawing got another label, or none: whichever node holds the drawing shows it on every wall. */
  publishRelabelled(drawing: string): void;
  start(): void;
  stop(): Promise<void>;
}

const beatMs = 1_000;
/** Four missed beats, so that a busy node is not declared dead; by then people draw on another node. */
const silentMs = 4_000;
/** Shortest interval between two requests for a room's state. */
const askAgainMs = 500;
/** A node of another version sends one message per tick; one warning a minute is enough. */
const warnAgainMs = 60_000;

const everyNode = 'inkling:1:nodes';
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
export function createCluster(parts: ClusterParts): Cluster {
  const { bus, node, drawings, hosts, metrics, log, now, after } = parts;
  const rooms = new Map<string, Shared>();
  const lastSeenMs = new Map<string, number>();
  /** The highest `sequence` of any room: a reopened room continues from it, so that late messages are recognised. */
  let highestSequence = 0;
  const trainingListeners: ((room: string, training: Training) => void)[] = [];
  const erasedListeners: ((erased: { author: string; atMs: number }) => void)[] = [];
  const unknown = { messages: 0, warnedMs: Number.NEGATIVE_INFINITY };

  const publishToRoom = (room: string, message: RoomMessage) =>
    bus.publish(channelOf(room), JSON.stringify(message));
  const publishToNodes = (message: NodeMessage) => bus.publish(everyNode, JSON.stringify(message));

  const rowNews = createRowNews(node, publishToNodes);

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

  const publishBeat = () =>
    publishToNodes({
      kind: 'alive',
      node,
      rooms: Array.from(rooms, ([name, { sequence }]) => [name, sequence]),
    });

  function warnOfUnknown(channel: string) {
    unknown.messages++;
    if (now() - unknown.warnedMs < warnAgainMs) return;
    const { messages } = unknown;
    Object.assign(unknown, { messages: 0, warnedMs: now() });
    log.warn({ channel, messages }, 'dropped messages of a format that only another version knows');
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

  function removeNode(other: string, why: string) {
    if (!lastSeenMs.delete(other)) return;
    log.info({ node: other, why }, 'a node is gone');
    for (const shared of rooms.values()) removeRemote(shared, other);
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

  /** Compares sequence numbers to detect lost messages; a room that the node omits is one it left. */
  function compare(other: string, sequences: ReadonlyMap<string, number>) {
    for (const [name, shared] of rooms) {
      const theirs = sequences.get(name);
      if (theirs === undefined) removeRemote(shared, other);
      else if (remoteOf(shared, other).isBehind(theirs)) requestState(shared);
    }
  }

  function handleNodeMessage(message: NodeMessage) {
    switch (message.kind) {
      case 'alive':
        if (message.rooms !== undefined) compare(message.node, new Map(message.rooms));
        return;
      case 'bye':
        removeNode(message.node, 'stopped');
        return;
      case 'training':
        for (const listener of trainingListeners) listener(message.room, message.training);
        return;
      case 'deleted':
        message.drawings.forEach(drawings.remove);
        return;
      case 'relabelled':
        message.drawings.forEach(drawings.readLabel);
        return;
      case 'rules':
        hosts.reload(message.room).catch((error: unknown) => {
          log.error({ err: error, room: message.room }, 'the rules of a room could not be read');
        });
        return;
      case 'expired':
        message.drawings.forEach(drawings.takeOff);
        return;
      case 'erased':
        for (const [author, atMs] of message.sessions)
          for (const listener of erasedListeners) listener({ author, atMs });
        return;
      default:
        message satisfies never;
    }
  }

  function receive(channel: string, text: string) {
    const content = jsonIn(text);
    if (channel === everyNode) {
      const parsed = nodeMessageSchema.safeParse(content);
      if (!parsed.success) return warnOfUnknown(channel);
      if (isFromOther(parsed.data)) handleNodeMessage(parsed.data);
      return;
    }
    const parsed = roomMessageSchema.safeParse(content);
    if (!parsed.success) return warnOfUnknown(channel);
    const shared = rooms.get(channel.slice(roomPrefix.length));
    if (!isFromOther(parsed.data) || shared === undefined) return;
    try {
      handleRoomMessage(shared, parsed.data);
    } catch (error) {
      log.warn({ err: error, channel, node: parsed.data.node }, 'a message of another node cannot be used');
      // The message may be applied in part.
      shared.remotes.get(parsed.data.node)?.clear();
      requestState(shared);
    }
  }

  /** Whether the message is another node's; notes that the node is there. */
  function isFromOther({ node: other }: NodeMessage | RoomMessage): boolean {
    if (other === node) return false;
    if (!lastSeenMs.has(other)) {
      log.info({ node: other }, 'a node is there');
      rowNews.repeat();
    }
    lastSeenMs.set(other, now());
    return true;
  }

  bus.onMessage((channel, text) => {
    // Redis calls this at the top of the process, where an error would end every node.
    try {
      receive(channel, text);
    } catch (error) {
      log.error({ err: error, channel }, 'a message of another node could not be handled');
    }
  });

  bus.onUp(() => {
    publishBeat();
    rowNews.repeat();
    for (const shared of rooms.values()) {
      shared.askedMs = Number.NEGATIVE_INFINITY;
      requestState(shared);
      if (shared.remotes.size > 0) publishState(shared);
    }
  });
  drawings.onRelabelled(rowNews.relabelled);
  void bus.listen(everyNode);
  hosts.onDecided(room => publishToNodes({ kind: 'rules', node, room }));

  /** Publishes this node's beat and drops silent nodes. */
  function beat() {
    publishBeat();
    for (const [other, atMs] of lastSeenMs) if (now() - atMs > silentMs) removeNode(other, 'silent');
  }
  const beating = createTimer(after, { ms: beatMs, run: beat });
  metrics.gauge(
    'inkling_nodes',
    'Nodes of the cluster with a recent beat, this one included.',
    () => 1 + lastSeenMs.size,
  );

  return {
    open(room) {
      const shared: Shared = {
        room,
        remotes: new Map(),
        sequence: ++highestSequence,
        askedMs: Number.NEGATIVE_INFINITY,
      };
      rooms.set(room.name, shared);
      void bus.listen(channelOf(room.name)).then(() => requestState(shared));
    },
    close(room) {
      const shared = rooms.get(room.name);
      if (shared === undefined) return;
      rooms.delete(room.name);
      publishToRoom(room.name, { kind: 'left', node });
      bus.unlisten(channelOf(room.name));
    },
    publishTick(room) {
      const shared = rooms.get(room.name);
      if (shared !== undefined && shared.remotes.size > 0) publishChanges(shared);
    },
    publishTraining: (room, training) => publishToNodes({ kind: 'training', node, room, training }),
    onTraining: listener => void trainingListeners.push(listener),
    publishDeleted(drawing) {
      drawings.remove(drawing);
      rowNews.deleted(drawing);
    },
    publishExpired(expired) {
      expired.forEach(drawings.takeOff);
      publishToNodes({ kind: 'expired', node, drawings: [...expired] });
    },
    publishErased: session => rowNews.erased(session, Date.now()),
    onErased: listener => void erasedListeners.push(listener),
    publishRelabelled(drawing) {
      drawings.readLabel(drawing);
      rowNews.relabelled(drawing);
    },
    start: beating.start,
    async stop() {
      beating.stop();
      publishToNodes({ kind: 'bye', node });
      await bus.close();
    },
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
