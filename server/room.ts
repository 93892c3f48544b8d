import { packDistribution } from '../shared/distribution.ts';
import type { Stroke } from '../shared/drawing.ts';
import { packGrowth, packInk } from '../shared/ink.ts';
import { graceMs, keptFinished, leaveAfterMs, wallGuessMs } from '../shared/limits.ts';
import type { Frame, Person, Snapshot, Tile } from '../shared/protocol.ts';
import type { LiveDrawing } from './live-drawing.ts';

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
  people(): Person[];
  /** A new drawing's number on the wall. */
  nextTile(): number;
  begun(drawing: LiveDrawing): void;
  /** Ink was appended to `stroke`, which had `offset` points before. */
  inked(drawing: LiveDrawing, appended: { stroke: number; offset: number }): void;
  redrawn(drawing: LiveDrawing): void;
  guessed(drawing: LiveDrawing): void;
  labelled(drawing: LiveDrawing): void;
  finished(drawing: LiveDrawing): void;
  dropped(drawing: LiveDrawing): void;
  snapshot(): Snapshot;
  /** What changed since the last frame, as one; undefined when nothing did. */
  takeFrame(): Frame | undefined;
  /** Changes are waiting that the last frame did not carry. */
  pending(): boolean;
  /** Ages the absent. Returns the drawings nobody will come back to. */
  sweep(): LiveDrawing[];
  /** Nobody is here, or may still come back. */
  empty(): boolean;
  /** Takes every drawing off the wall. */
  clear(): LiveDrawing[];
}

export interface RoomParts {
  name: string;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Something changed that a frame should carry. */
  changed(): void;
  /** A finished drawing had to make place. */
  evicted(drawing: LiveDrawing): void;
}

/** What a room is and what its next frame will say; knows neither sockets nor timers. */
export function createRoom({ name, now, changed, evicted }: RoomParts): Room {
  const members = new Map<string, Member>();
  const tiles = new Map<number, LiveDrawing>();
  const sentGuess = new Map<number, { packed: string; atMs: number }>();
  let people = 0;
  let lastTile = 0;
  let tick = 0;
  let next = emptyPending();

  const packed = (strokes: readonly Stroke[]) => strokes.map(stroke => packInk(stroke));

  function tileOf(drawing: LiveDrawing): Tile {
    return {
      tile: drawing.tile,
      drawing: drawing.id,
      person: drawing.person,
      ink: packed(drawing.drawing.strokes),
      ...(drawing.guess && { guess: packDistribution(drawing.guess.distribution) }),
      ...(drawing.label !== undefined && { label: drawing.label }),
      ...(drawing.state === 'finished' && { finished: true }),
    };
  }

  /** Guesses due now; those shown too recently stay for a later frame. */
  function dueGuesses(): [number, string][] {
    const due: [number, string][] = [];
    for (const drawing of next.guesses) {
      const sent = sentGuess.get(drawing.tile);
      if (sent !== undefined && now() - sent.atMs < wallGuessMs) continue;
      next.guesses.delete(drawing);
      if (drawing.guess === undefined || !tiles.has(drawing.tile)) continue;
      const guess = packDistribution(drawing.guess.distribution);
      if (guess === sent?.packed) continue;
      sentGuess.set(drawing.tile, { packed: guess, atMs: now() });
      due.push([drawing.tile, guess]);
    }
    return due;
  }

  function remove(drawing: LiveDrawing) {
    if (!tiles.delete(drawing.tile)) return;
    sentGuess.delete(drawing.tile);
    next.ink.delete(drawing);
    next.redrawn.delete(drawing);
    next.guesses.delete(drawing);
    next.gone.push(drawing.tile);
    changed();
  }

  function announceLeft(member: Member) {
    const came = next.came.findIndex(person => person.person === member.person);
    if (came >= 0) next.came.splice(came, 1);
    else next.left.push(member.person);
    changed();
  }

  return {
    name,
    enter(session, memberName) {
      const member = members.get(session);
      if (member === undefined) {
        const person: Person = { person: ++people, name: memberName };
        members.set(session, { ...person, presence: { state: 'here', connections: 1 } });
        next.came.push(person);
        changed();
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
      if (presence.state === 'gone' || renamed) {
        next.left = next.left.filter(number => number !== member.person);
        next.came.push(person);
        changed();
      }
      return person;
    },
    leave(session) {
      const member = members.get(session);
      if (member?.presence.state !== 'here') return;
      const connections = member.presence.connections - 1;
      member.presence = connections > 0 ? { state: 'here', connections } : { state: 'away', sinceMs: now() };
    },
    people: () =>
      [...members.values()]
        .filter(member => member.presence.state !== 'gone')
        .map(({ person, name: memberName }) => ({ person, name: memberName })),
    nextTile: () => ++lastTile,
    begun(drawing) {
      tiles.set(drawing.tile, drawing);
      next.begun.push([drawing.tile, drawing.id, drawing.person]);
      changed();
    },
    inked(drawing, { stroke, offset }) {
      if (next.redrawn.has(drawing)) return;
      const sent = next.ink.get(drawing) ?? new Map<number, number>();
      if (!sent.has(stroke)) next.ink.set(drawing, sent.set(stroke, 2 * offset));
      changed();
    },
    redrawn(drawing) {
      next.ink.delete(drawing);
      next.redrawn.add(drawing);
      changed();
    },
    guessed(drawing) {
      next.guesses.add(drawing);
      changed();
    },
    labelled(drawing) {
      if (drawing.label !== undefined) next.labelled.set(drawing.tile, drawing.label);
      changed();
    },
    finished(drawing) {
      next.finished.push(drawing.tile);
      changed();
      const done = [...tiles.values()].filter(each => each.state === 'finished');
      for (const old of done.slice(0, Math.max(0, done.length - keptFinished))) {
        remove(old);
        evicted(old);
      }
    },
    dropped: remove,
    snapshot: () => ({ tick, tiles: Array.from(tiles.values(), tileOf) }),
    takeFrame() {
      const guesses = dueGuesses();
      const { came, left, begun, ink, redrawn, labelled, finished, gone } = next;
      let grown = '';
      for (const [{ tile, drawing }, sent] of ink) {
        for (const [stroke, from] of sent)
          grown += packGrowth({ tile, stroke, points: drawing.strokes[stroke], from });
      }
      const frame: Frame = {
        tick: tick + 1,
        ...(came.length > 0 && { came }),
        ...(left.length > 0 && { left }),
        ...(begun.length > 0 && { begun }),
        ...(grown !== '' && { ink: grown }),
        ...(redrawn.size > 0 && {
          redrawn: Array.from(
            redrawn,
            each => [each.tile, packed(each.drawing.strokes)] satisfies [number, string[]],
          ),
        }),
        ...(guesses.length > 0 && { guesses }),
        ...(labelled.size > 0 && { labelled: [...labelled] }),
        ...(finished.length > 0 && { finished }),
        ...(gone.length > 0 && { gone }),
      };
      next = emptyPending(next.guesses);
      if (Object.keys(frame).length === 1) return undefined;
      tick++;
      return frame;
    },
    pending: () => next.guesses.size > 0,
    sweep() {
      const abandoned: LiveDrawing[] = [];
      for (const [session, member] of members) {
        const { presence } = member;
        if (presence.state === 'here') continue;
        const absentMs = now() - presence.sinceMs;
        if (presence.state === 'away' && absentMs > leaveAfterMs) {
          member.presence = { state: 'gone', sinceMs: presence.sinceMs };
          announceLeft(member);
        }
        if (absentMs <= graceMs) continue;
        members.delete(session);
        for (const drawing of tiles.values()) {
          if (drawing.author === session && drawing.state === 'open') abandoned.push(drawing);
        }
      }
      return abandoned;
    },
    empty: () => members.size === 0,
    clear() {
      const drawings = [...tiles.values()];
      tiles.clear();
      return drawings;
    },
  };
}

/** Changes not yet sent. Guesses may outlive a frame, everything else leaves with the next. */
function emptyPending(guesses = new Set<LiveDrawing>()) {
  const came: Person[] = [];
  const left: number[] = [];
  const begun: [number, string, number][] = [];
  const finished: number[] = [];
  const gone: number[] = [];
  return {
    came,
    left,
    begun,
    /** By stroke, the coordinates everybody has already. */
    ink: new Map<LiveDrawing, Map<number, number>>(),
    redrawn: new Set<LiveDrawing>(),
    guesses,
    labelled: new Map<number, number>(),
    finished,
    gone,
  };
}
