import { packDistribution } from '../shared/distribution.ts';
import { packInk } from '../shared/ink.ts';
import { graceMs, keptFinished, leaveAfterMs } from '../shared/limits.ts';
import type { Frame, Person, Snapshot, Tile } from '../shared/protocol.ts';
import type { LiveDrawing } from './live-drawing.ts';
import { type Changes, createPending, type Pending } from './pending.ts';
import { isOwn, type WallDrawing } from './wall-drawing.ts';

/** A session within a room: `here` on that many connections, `away` since then, or `gone` from the list. */
type Presence =
  | { state: 'here'; connections: number }
  | { state: 'away'; sinceMs: number }
  | { state: 'gone'; sinceMs: number };
interface Member {
  person: number;
  name: string;
  presence: Presence;
}

export interface Room {
  readonly name: string;
  enter(session: string, name: string): Person;
  leave(session: string): void;
  /** Somebody is on another node, and leaves when that one says so. */
  admit(name: string): Person;
  expel(person: number): void;
  people(): Person[];
  /** A new drawing's number on the wall. */
  nextTile(): number;
  begun(drawing: WallDrawing): void;
  /** Ink was appended to `stroke`, which had `offset` points before. */
  inked(drawing: WallDrawing, appended: { stroke: number; offset: number }): void;
  redrawn(drawing: WallDrawing): void;
  guessed(drawing: WallDrawing): void;
  labelled(drawing: WallDrawing): void;
  finished(drawing: WallDrawing): void;
  dropped(drawing: WallDrawing): void;
  /** Of ours, and connected. */
  isHere(session: string): boolean;
  /** The drawing of that id, of ours or another node's. */
  find(drawing: string): WallDrawing | undefined;
  snapshot(): Snapshot;
  /** What changed since the last frame, as one; undefined when nothing did. */
  takeFrame(): Frame | undefined;
  /** From now on `takeOwn` collects what other nodes have to hear; or no longer. */
  share(shared: boolean): void;
  /** What changed among our own people and drawings since it was taken last; `authors` of what was begun, in that order. */
  takeOwn(): { changes: Changes; authors: string[] } | undefined;
  /** Our own people and drawings, with their authors. */
  own(): { people: Person[]; tiles: (Tile & { author: string })[] };
  /** Changes are waiting that the last frame did not carry. */
  pending(): boolean;
  /** Ages the absent. Returns the drawings nobody will come back to. */
  sweep(): LiveDrawing[];
  /** Nobody of ours is here, or may still come back. */
  empty(): boolean;
  /** Takes every drawing off the wall. Returns ours. */
  clear(): LiveDrawing[];
}

export interface RoomParts {
  name: string;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Something changed that a frame should carry. */
  changed(): void;
  /** A finished drawing of ours had to make place. */
  evicted(drawing: LiveDrawing): void;
}

/** What a room is and what its next frame will say; knows neither sockets nor timers nor other nodes. */
export function createRoom({ name, now, changed, evicted }: RoomParts): Room {
  const members = new Map<string, Member>();
  const guests = new Map<number, Person>();
  const tiles = new Map<number, WallDrawing>();
  const toReaders = createPending(now);
  let toNodes: Pending | undefined;
  let people = 0;
  let lastTile = 0;
  let tick = 0;

  /** Tells the readers, and the other nodes what they do not know better. */
  function tell(own: boolean, change: (pending: Pending) => void) {
    change(toReaders);
    if (own && toNodes !== undefined) change(toNodes);
    changed();
  }

  function remove(drawing: WallDrawing) {
    if (tiles.delete(drawing.tile)) tell(isOwn(drawing), pending => pending.gone(drawing));
  }

  const ownPeople = () =>
    [...members.values()]
      .filter(member => member.presence.state !== 'gone')
      .map(({ person, name: memberName }) => ({ person, name: memberName }));

  return {
    name,
    enter(session, memberName) {
      const member = members.get(session);
      if (member === undefined) {
        const person: Person = { person: ++people, name: memberName };
        members.set(session, { ...person, presence: { state: 'here', connections: 1 } });
        tell(true, pending => pending.came(person));
        return person;
      }
      const { presence } = member;
      const renamed = memberName !== '' && memberName !== member.name;
      if (renamed) member.name = memberName;
      const person: Person = { person: member.person, name: member.name };
      member.presence = {
        state: 'here',
        connections: presence.state === 'here' ? presence.connections + 1 : 1,
      };
      if (presence.state === 'gone' || renamed) tell(true, pending => pending.came(person));
      return person;
    },
    leave(session) {
      const member = members.get(session);
      if (member?.presence.state !== 'here') return;
      const connections = member.presence.connections - 1;
      member.presence = connections > 0 ? { state: 'here', connections } : { state: 'away', sinceMs: now() };
    },
    admit(guestName) {
      const person: Person = { person: ++people, name: guestName };
      guests.set(person.person, person);
      tell(false, pending => pending.came(person));
      return person;
    },
    expel(person) {
      if (guests.delete(person)) tell(false, pending => pending.left(person));
    },
    people: () => [...ownPeople(), ...guests.values()],
    nextTile: () => ++lastTile,
    begun(drawing) {
      tiles.set(drawing.tile, drawing);
      tell(isOwn(drawing), pending => pending.begun(drawing));
    },
    inked: (drawing, appended) => tell(isOwn(drawing), pending => pending.inked(drawing, appended)),
    redrawn: drawing => tell(isOwn(drawing), pending => pending.redrawn(drawing)),
    guessed(drawing) {
      if (tiles.has(drawing.tile)) tell(isOwn(drawing), pending => pending.guessed(drawing));
    },
    labelled: drawing => tell(isOwn(drawing), pending => pending.labelled(drawing)),
    finished(drawing) {
      tell(isOwn(drawing), pending => pending.finished(drawing));
      const done = [...tiles.values()].filter(each => each.state === 'finished');
      for (const old of done.slice(0, Math.max(0, done.length - keptFinished))) {
        remove(old);
        if (isOwn(old)) evicted(old);
      }
    },
    dropped: remove,
    isHere: session => members.get(session)?.presence.state === 'here',
    find: drawing => [...tiles.values()].find(({ id }) => id === drawing),
    snapshot: () => ({ tick, tiles: Array.from(tiles.values(), tileOf) }),
    takeFrame() {
      const changes = toReaders.take();
      return changes && { tick: ++tick, ...changes };
    },
    share(shared) {
      toNodes = shared ? (toNodes ?? createPending(now)) : undefined;
    },
    takeOwn() {
      const changes = toNodes?.take();
      const begun = changes?.begun ?? [];
      return changes && { changes, authors: begun.map(([tile]) => tiles.get(tile)?.author ?? '') };
    },
    own: () => ({
      people: ownPeople(),
      tiles: [...tiles.values()].filter(isOwn).map(live => ({ ...tileOf(live), author: live.author })),
    }),
    pending: () => toReaders.waiting(),
    sweep() {
      const abandoned: LiveDrawing[] = [];
      for (const [session, member] of members) {
        const { presence, person } = member;
        if (presence.state === 'here') continue;
        const absentMs = now() - presence.sinceMs;
        if (presence.state === 'away' && absentMs > leaveAfterMs) {
          member.presence = { state: 'gone', sinceMs: presence.sinceMs };
          tell(true, pending => pending.left(person));
        }
        if (absentMs <= graceMs) continue;
        members.delete(session);
        const theirs = [...tiles.values()].filter(each => each.author === session && each.state === 'open');
        abandoned.push(...theirs.filter(isOwn));
      }
      return abandoned;
    },
    empty: () => members.size === 0,
    clear() {
      const drawings = [...tiles.values()];
      tiles.clear();
      return drawings.filter(isOwn);
    },
  };
}

function tileOf(drawing: WallDrawing): Tile {
  return {
    tile: drawing.tile,
    drawing: drawing.id,
    person: drawing.person,
    ink: drawing.drawing.strokes.map(stroke => packInk(stroke)),
    ...(drawing.guess && { guess: packDistribution(drawing.guess.distribution) }),
    ...(drawing.label !== undefined && { label: drawing.label }),
    ...(drawing.state === 'finished' && { finished: true }),
  };
}
