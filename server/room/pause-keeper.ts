import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { RoomHosts } from './room-hosts.ts';

/** A connection that enters a room or leaves it. */
export interface Visitor {
  room: string;
  session: string;
  /** The network of its address. */
  network: string;
}

/** A session on this node, and the network that it came from last. */
interface Visit {
  network: string;
  connections: number;
}

export type PauseKeeper = ReturnType<typeof createPauseKeeper>;

/**
 * A pause follows a person who comes back under a new session, as far as that can be known: when a paused session has
 * left, the next new session of its network is paused too. One session that has left pauses one newcomer at most, since
 * a class may share one network; the host lets a wrong one go on with one tap.
 */
export function createPauseKeeper({ hosts }: { hosts: Pick<RoomHosts, 'rulesOf' | 'decide'> }) {
  const rooms = new Map<string, Map<string, Visit>>();

  return {
    /** Before the visitor may draw. Hosts are never paused. */
    async entered({ room, session, network }: Visitor): Promise<void> {
      const { paused } = hosts.rulesOf(room);
      const visits = rooms.get(room) ?? new Map<string, Visit>();
      rooms.set(room, visits);
      const visit = visits.get(session);
      visits.set(session, { network, connections: (visit?.connections ?? 0) + 1 });
      if (visit !== undefined || paused.has(session)) return;
      const before = [...paused].find(each => {
        const left = visits.get(each);
        return left?.connections === 0 && left.network === network;
      });
      if (before === undefined) return;
      visits.delete(before);
      try {
        await hosts.decide(room, state =>
          state.paused.includes(before) ? { ...state, paused: [...state.paused, session] } : state,
        );
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
      }
    },
    left({ room, session }: Pick<Visitor, 'room' | 'session'>): void {
      const visits = rooms.get(room);
      const visit = visits?.get(session);
      if (visits === undefined || visit === undefined) return;
      visit.connections--;
      // Of people who have left, only paused ones matter.
      if (visit.connections === 0 && !hosts.rulesOf(room).paused.has(session)) visits.delete(session);
      if (visits.size === 0) rooms.delete(room);
    },
  };
}
