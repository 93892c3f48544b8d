import { initialState, type RoomState } from '../../db/rooms-of-hosts.ts';
import type { RoomSettings } from '../../shared/host-protocol.ts';
import { madeUpName } from './made-up-names.ts';

/** A host's decisions about a room, as the room and its connections read them. */
export interface RoomRules {
  settings: RoomSettings;
  /** Sessions. */
  paused: ReadonlySet<string>;
  nameless: ReadonlySet<string>;
  inside: ReadonlySet<string>;
  /** Drawings. */
  hidden: ReadonlySet<string>;
  shown: ReadonlySet<string>;
  /** Milliseconds of the era; drawings begun until then are off the wall. */
  clearedAt: number;
}

/** Why a drawing is not on the wall. */
export type Veil = 'hidden' | 'waiting' | 'cleared';

export function rulesOf(state: RoomState): RoomRules {
  const { title, names, museum, frozen, locked, teach } = state;
  return {
    settings: { title, names, museum, frozen, locked, teach },
    paused: new Set(state.paused),
    nameless: new Set(state.nameless),
    inside: new Set(state.inside),
    hidden: new Set(state.hidden),
    shown: new Set(state.shown),
    clearedAt: state.cleared.at(-1) ?? 0,
  };
}

/** The rules of a room that nobody has changed. */
export const openRules: RoomRules = rulesOf(initialState);

export function veilOf(rules: RoomRules, { id, begunAt }: { id: string; begunAt: number }): Veil | undefined {
  if (rules.hidden.has(id)) return 'hidden';
  if (rules.settings.museum && !rules.shown.has(id)) return 'waiting';
  return begunAt <= rules.clearedAt ? 'cleared' : undefined;
}

/** The name by which a room shows a person. */
export function shownName(rules: RoomRules, { session, name }: { session: string; name: string }): string {
  switch (rules.settings.names) {
    case 'given':
      return rules.nameless.has(session) ? '' : name;
    case 'made_up':
      return madeUpName(session);
    case 'none':
      return '';
    default:
      return rules.settings.names satisfies never;
  }
}
