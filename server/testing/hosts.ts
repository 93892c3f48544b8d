import pino from 'pino';
import { type HostedRoom, initialState, type RoomState } from '../../db/rooms-of-hosts.ts';
import { after } from '../core/schedule.ts';
import { createHostActions } from '../room/host-actions.ts';
import { createRoomHosts, type RoomHostsParts } from '../room/room-hosts.ts';

/** A table of rooms in memory, which several nodes may share. */
export function createRoomTable() {
  const rows = new Map<string, HostedRoom>();
  const store: RoomHostsParts['store'] = {
    shared: true,
    async makeRoom({ name, keyHash, title }) {
      if (rows.get(name)?.ended === false) return 'taken';
      rows.set(name, { name, keyHash, state: { ...initialState, title }, ended: false });
      return 'made';
    },
    readRooms: async names => names.flatMap(name => rows.get(name) ?? []),
    async changeRoom({ room, change }) {
      const known = rows.get(room) ?? { name: room, keyHash: null, state: initialState, ended: false };
      if (known.ended) return 'ended';
      const state: RoomState = { ...change(known.state), revision: known.state.revision + 1 };
      const changed = { ...known, state };
      rows.set(room, changed);
      return changed;
    },
    async renewHostKey({ room, keyHash }) {
      const known = rows.get(room);
      if (known === undefined || known.ended) return 'unknown';
      const renewed = { ...known, keyHash };
      rows.set(room, renewed);
      return renewed;
    },
    async endRoom(room) {
      rows.set(room, { name: room, keyHash: null, state: initialState, ended: true });
    },
  };
  return { rows, store };
}

/** The hosts of a node whose rooms nobody has changed yet. */
export function createTestHosts(table = createRoomTable(), { isLobbyOpen = true } = {}) {
  const hosts = createRoomHosts({ store: table.store, log: pino({ level: 'silent' }), after });
  return { hosts, hostActions: createHostActions({ hosts, isLobbyOpen }), table };
}
