import type { Logger } from 'pino';
import type { Training } from '../../shared/training-protocol.ts';
import { createTimer } from '../core/every.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Drawings } from '../drawing/drawing-service.ts';
import type { Room } from '../room/room.ts';
import type { RoomHosts } from '../room/room-hosts.ts';
import type { Bus } from './bus.ts';
import { type NodeMessage, nodeMessageSchema, type RoomMessage, roomMessageSchema } from './peer-messages.ts';
import { createRowNews } from './row-news.ts';
import { createSharedRooms } from './shared-rooms.ts';

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
/** A node of another version sends one message per tick; one warning a minute is enough. */
const warnAgainMs = 60_000;

const everyNode = 'inkling:1:nodes';

/** Publishes to the other nodes that this one is there, jobs and changed rows, and routes the messages of others. */
export function createCluster(parts: ClusterParts): Cluster {
  const { bus, node, drawings, hosts, metrics, log, now, after } = parts;
  const rooms = createSharedRooms(parts);
  const lastSeenMs = new Map<string, number>();
  const trainingListeners: ((room: string, training: Training) => void)[] = [];
  const erasedListeners: ((erased: { author: string; atMs: number }) => void)[] = [];
  const unknown = { messages: 0, warnedMs: Number.NEGATIVE_INFINITY };

  const publishToNodes = (message: NodeMessage) => bus.publish(everyNode, JSON.stringify(message));

  const rowNews = createRowNews(node, publishToNodes);

  const publishBeat = () => publishToNodes({ kind: 'alive', node, rooms: rooms.sequences() });

  function warnOfUnknown(channel: string) {
    unknown.messages++;
    if (now() - unknown.warnedMs < warnAgainMs) return;
    const { messages } = unknown;
    Object.assign(unknown, { messages: 0, warnedMs: now() });
    log.warn({ channel, messages }, 'dropped messages of a format that only another version knows');
  }

  function removeNode(other: string, why: string) {
    if (!lastSeenMs.delete(other)) return;
    log.info({ node: other, why }, 'a node is gone');
    rooms.removeNode(other);
  }

  function handleNodeMessage(message: NodeMessage) {
    switch (message.kind) {
      case 'alive':
        if (message.rooms !== undefined) rooms.compare(message.node, new Map(message.rooms));
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
    if (isFromOther(parsed.data)) rooms.receive(channel, parsed.data);
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
    rooms.resync();
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
    open: rooms.open,
    close: rooms.close,
    publishTick: rooms.publishTick,
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
