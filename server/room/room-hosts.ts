import { createHash, randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { HostedRoom, RoomState } from '../../db/rooms-of-hosts.ts';
import type { Ack } from '../../shared/ack.ts';
import { nameSchema, roomSchema } from '../../shared/protocol.ts';
import { addressable } from '../../shared/room-address.ts';
import { createTimer } from '../core/every.ts';
import { refuse, refuseInput } from '../core/refusal.ts';
import type { Store } from '../core/store.ts';
import { madeUpRoom } from './made-up-names.ts';
import { openRules, type RoomRules, rulesOf } from './room-rules.ts';

export interface RoomHostsParts {
  store: Pick<Store, 'shared' | 'makeRoom' | 'readRooms' | 'changeRoom' | 'renewHostKey' | 'endRoom'>;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** A requester who may be a host: an admin is one everywhere, others by a key. */
export interface Claimant {
  admin: boolean;
  key: string | undefined;
}

export interface RoomHosts {
  /** Reads the room's rules, unless they are known. Resolves without them while the database is away. */
  enter(room: string): Promise<void>;
  rulesOf(room: string): RoomRules;
  /** By what is known since `enter`. */
  hasEnded(room: string): boolean;
  isHost(room: string, claimant: Claimant): boolean;
  /** Keeps the rules of the room up to date until the returned function is called. */
  watch(room: string, changed: () => void): () => void;
  /** `listener` is called for changed rules before the room's watchers. */
  onChanged(listener: (room: string) => void): void;
  /** `listener` is called for decisions made on this node. */
  onDecided(listener: (room: string) => void): void;
  /** The room was changed by another node. */
  reload(room: string): Promise<void>;
  /** Makes a room under that name, or under a made-up one. */
  make(written: string | undefined): Promise<Ack<{ room: string; key: string }>>;
  /** Changes the rules. Rejects with DatabaseUnavailable. */
  decide(room: string, change: (state: RoomState) => RoomState): Promise<Ack>;
  /** Gives out a new key, and ends the one before. */
  renew(room: string): Promise<Ack<{ key: string }>>;
  /** Ends the room and erases what it held. */
  end(room: string): Promise<Ack>;
  start(): void;
  stop(): void;
}

interface Known {
  hosted: HostedRoom | undefined;
  rules: RoomRules;
  /** The database was away when it was asked. */
  isMissing: boolean;
  watchers: Set<() => void>;
}

/** How often rooms are read again whose rules another node may have changed, and rooms that nobody watches are dropped. */
const sweepMs = 5_000;
const keyBytes = 18;
/** Made-up names that are tried one after the other: each is taken by an accident of one in billions. */
const attempts = 3;

export const hashOf = (key: string) => createHash('sha256').update(`inkling host ${key}`).digest('base64url');
const newKey = () => randomBytes(keyBytes).toString('base64url');
const hasEndedAlready = () => refuse('ended', 'This room has ended.');

/** The rooms' hosts and rules as the database has them; nothing is decided while it is away. */
export function createRoomHosts({ store, log, after }: RoomHostsParts): RoomHosts {
  const known = new Map<string, Known>();
  const reading = new Map<string, Promise<void>>();
  const changeListeners: ((room: string) => void)[] = [];
  const decisionListeners: ((room: string) => void)[] = [];

  function entryOf(room: string): Known {
    const entry = known.get(room) ?? {
      hosted: undefined,
      rules: openRules,
      isMissing: true,
      watchers: new Set(),
    };
    known.set(room, entry);
    return entry;
  }

  /** An answer may be older than one that came before it. */
  const isOlder = (one: HostedRoom | undefined, other: HostedRoom | undefined) =>
    other !== undefined &&
    !other.ended &&
    one?.ended !== true &&
    (one === undefined || one.state.revision < other.state.revision);

  function learn(room: string, hosted: HostedRoom | undefined) {
    const entry = entryOf(room);
    entry.isMissing = false;
    if (isOlder(hosted, entry.hosted) || JSON.stringify(hosted) === JSON.stringify(entry.hosted)) return;
    entry.hosted = hosted;
    entry.rules = hosted === undefined ? openRules : rulesOf(hosted.state);
    for (const listener of changeListeners) listener(room);
    for (const changed of [...entry.watchers]) changed();
  }

  async function read(rooms: readonly string[]) {
    try {
      const found = new Map((await store.readRooms(rooms)).map(hosted => [hosted.name, hosted]));
      for (const room of rooms) learn(room, found.get(room));
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
    }
  }

  function decided(room: string, hosted: HostedRoom) {
    learn(room, hosted);
    for (const listener of decisionListeners) listener(room);
  }

  async function reload(room: string) {
    if (known.has(room)) await read([room]);
  }

  function sweep() {
    for (const [room, { watchers }] of known) if (watchers.size === 0) known.delete(room);
    const due = [...known].filter(([, { isMissing }]) => store.shared || isMissing).map(([room]) => room);
    if (due.length > 0)
      read(due).catch((error: unknown) => log.error({ err: error }, 'the rules of rooms could not be read'));
  }
  const sweeping = createTimer(after, { ms: sweepMs, run: sweep });

  return {
    async enter(room) {
      if (known.get(room)?.isMissing === false) return;
      entryOf(room);
      const read1 = reading.get(room) ?? read([room]).finally(() => reading.delete(room));
      reading.set(room, read1);
      await read1;
    },
    rulesOf: room => known.get(room)?.rules ?? openRules,
    hasEnded: room => known.get(room)?.hosted?.ended === true,
    isHost(room, { admin, key }) {
      const keyHash = known.get(room)?.hosted?.keyHash ?? null;
      return admin || (key !== undefined && keyHash !== null && hashOf(key) === keyHash);
    },
    watch(room, changed) {
      const { watchers } = entryOf(room);
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    onChanged: listener => void changeListeners.push(listener),
    onDecided: listener => void decisionListeners.push(listener),
    reload,
    async make(written = '') {
      const title = nameSchema.safeParse(written);
      if (!title.success) return refuseInput(title.error);
      const wanted = roomSchema.safeParse(addressable(title.data));
      const names = wanted.success ? [wanted.data] : Array.from({ length: attempts }, () => madeUpRoom());
      const key = newKey();
      for (const name of names) {
        const shown = title.data === name ? '' : title.data;
        if (name === 'lobby') break;
        if ((await store.makeRoom({ name, keyHash: hashOf(key), title: shown })) === 'taken') continue;
        await reload(name);
        for (const listener of decisionListeners) listener(name);
        return { ok: true, value: { room: name, key } };
      }
      return refuse('busy', {
        code: 'room_exists',
        message: 'There is a room of that name already; give it another one.',
      });
    },
    async decide(room, change) {
      const hosted = await store.changeRoom({ room, change });
      if (hosted === 'ended') return hasEndedAlready();
      decided(room, hosted);
      return { ok: true };
    },
    async renew(room) {
      const key = newKey();
      const hosted = await store.renewHostKey({ room, keyHash: hashOf(key) });
      if (hosted === 'unknown')
        return refuse('not_found', { code: 'no_host', message: 'This room has no host of its own.' });
      decided(room, hosted);
      return { ok: true, value: { key } };
    },
    async end(room) {
      if (room === 'lobby')
        return refuse('invalid', { code: 'lobby_stays', message: 'The lobby cannot be ended.' });
      await store.endRoom(room);
      const [hosted] = await store.readRooms([room]);
      if (hosted !== undefined) decided(room, hosted);
      return { ok: true };
    },
    start: sweeping.start,
    stop: sweeping.stop,
  };
}
