import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import { lobby } from '../../db/rooms.ts';
import type { RoomState } from '../../db/rooms-of-hosts.ts';
import type { Ack, Refusal } from '../../shared/ack.ts';
import type { HostAction, HostedPerson, HostView, RoomNews } from '../../shared/host-protocol.ts';
import { refuse } from '../core/refusal.ts';
import type { Room } from './room.ts';
import type { Claimant, RoomHosts } from './room-hosts.ts';
import { tileOf } from './wall-page.ts';

/** A connection of a room. */
export interface Member {
  room: Room;
  session: string;
  isHost(): boolean;
}

/** Somebody who wants to enter the room of that name. */
export interface Entering {
  room: string;
  session: string;
  claimant: Claimant;
}

export interface HostActionsParts {
  hosts: Pick<RoomHosts, 'decide' | 'rulesOf' | 'hasEnded' | 'isHost'>;
  /** Whether visitors may enter the lobby; otherwise they make a room, or enter one. */
  isLobbyOpen?: boolean | undefined;
  /** Milliseconds of the era. */
  date?(): number;
}

/** Drawings that a room's rules name, many more than its wall shows. */
const maxDrawings = 1_000;
/** People whom they name: two halls. */
const maxPeople = 2_000;
/** Clearings that can be taken back. */
const maxCleared = 20;
/** Characters of ink that a host is shown of what is off the wall. */
const maxViewedInk = 200_000;

const unknownPerson = () => refuse('not_found', { code: 'person_gone', message: 'This person is gone.' });

export type HostActions = ReturnType<typeof createHostActions>;

/** A host's actions in a room, and the effect of the room's rules on each connection. */
export function createHostActions({ hosts, isLobbyOpen = true, date = Date.now }: HostActionsParts) {
  const rulesOf = ({ room }: Member) => hosts.rulesOf(room.name);

  /** The change that an action makes of the room's rules; a refusal if what it names is not here. */
  function changeOf(action: Exclude<HostAction, { does: 'view' }>, room: Room): Change | Refusal {
    switch (action.does) {
      case 'set':
        return state => {
          const next = { ...state, ...action.settings };
          if (next.museum && !state.museum)
            next.shown = kept([...state.shown, ...onTheWall(room)], maxDrawings);
          if (next.locked && !state.locked)
            next.inside = kept(
              room.known().map(({ session }) => session),
              maxPeople,
            );
          return next;
        };
      case 'hide':
        return state => ({
          ...state,
          hidden: turned(state.hidden, { value: action.drawing, on: action.on }),
        });
      case 'show':
        return state => ({ ...state, shown: turned(state.shown, { value: action.drawing, on: action.on }) });
      case 'pause':
      case 'unname': {
        const session = room.sessionOf(action.person);
        if (session === undefined) return unknownPerson();
        const list = action.does === 'pause' ? 'paused' : 'nameless';
        return state => ({ ...state, [list]: turned(state[list], { value: session, on: action.on }) });
      }
      case 'clear':
        return state => ({
          ...state,
          cleared: action.on ? kept([...state.cleared, date()], maxCleared) : state.cleared.slice(0, -1),
        });
      default:
        return action satisfies never;
    }
  }

  function view(member: Member): HostView {
    const rules = rulesOf(member);
    const listed = new Map(member.room.people().map(person => [person.person, person]));
    const people = member.room.known().flatMap(({ person, session, name }): HostedPerson[] => {
      const shown = listed.get(person);
      const isNamed = { paused: rules.paused.has(session), nameless: rules.nameless.has(session) };
      return shown === undefined ? [] : [{ ...shown, given: name, ...isNamed }];
    });
    const veiled: HostView['veiled'] = [];
    let characters = 0;
    for (const { drawing, veil } of member.room.veiled().reverse()) {
      if (veil === 'cleared' || drawing.drawing.strokes.length === 0) continue;
      const tile = tileOf(drawing);
      characters += tile.ink.reduce((sum, { length }) => sum + length, 0);
      if (veiled.length > 0 && characters > maxViewedInk) break;
      veiled.unshift({ ...tile, veil });
    }
    return { people, veiled };
  }

  /** Why the connection may not draw or label now. */
  function refusalToDraw(member: Member): Refusal | undefined {
    const { settings, paused } = rulesOf(member);
    const isPaused = paused.has(member.session);
    if ((!isPaused && !settings.frozen) || member.isHost()) return undefined;
    return refuse(
      'paused',
      isPaused
        ? 'The host has paused your pen. Your ink stays here.'
        : 'The host has frozen the wall. Your ink stays here.',
    );
  }

  return {
    /** Why somebody may not enter the room; undefined if they may. */
    refusalToEnter({ room, session, claimant }: Entering): Refusal | undefined {
      if (room === lobby && !isLobbyOpen && !claimant.admin)
        return refuse('forbidden', 'There is no open lobby here. Make a room, or enter one by its name.');
      if (hosts.hasEnded(room))
        return refuse('ended', 'This room has ended. What was drawn in it is erased.');
      const { settings, inside } = hosts.rulesOf(room);
      if (!settings.locked || inside.has(session) || hosts.isHost(room, claimant)) return undefined;
      return refuse('locked', 'The host has locked this room: nobody new can enter just now.');
    },
    refusalToDraw,
    async act(action: HostAction, member: Member): Promise<Ack<HostView>> {
      if (!member.isHost())
        return refuse('forbidden', { code: 'host_only', message: 'Only the host of this room may do that.' });
      if (action.does !== 'view') {
        const change = changeOf(action, member.room);
        if (typeof change !== 'function') return change;
        try {
          const done = await hosts.decide(member.room.name, change);
          if (!done.ok) return done;
        } catch (error) {
          if (!(error instanceof DatabaseUnavailable)) throw error;
          return refuse('unavailable', 'The room cannot be changed just now; try again.');
        }
      }
      return { ok: true, value: view(member) };
    },
    newsOf(member: Member): RoomNews {
      const { room, session } = member;
      const rules = rulesOf(member);
      return {
        settings: rules.settings,
        nameless: room.known().flatMap(each => (rules.nameless.has(each.session) ? [each.person] : [])),
        host: member.isHost(),
        paused: refusalToDraw(member) !== undefined,
        veiled: room
          .veiled()
          .flatMap(({ drawing, veil }) => (drawing.author === session ? [[drawing.id, veil]] : [])),
        ended: hosts.hasEnded(room.name),
      };
    },
  };
}

type Change = (state: RoomState) => RoomState;

function onTheWall(room: Room): string[] {
  const off = new Set(room.veiled().map(({ drawing }) => drawing));
  return room.drawings().flatMap(drawing => (off.has(drawing) ? [] : [drawing.id]));
}

const kept = <Value>(list: readonly Value[], most: number): Value[] => list.slice(-most);

function turned(list: readonly string[], { value, on }: { value: string; on: boolean }): string[] {
  const others = list.filter(each => each !== value);
  return on ? kept([...others, value], maxDrawings) : others;
}
