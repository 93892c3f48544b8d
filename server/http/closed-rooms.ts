import type { FastifyInstance, FastifyRequest } from 'fastify';
import { lobby } from '../../db/rooms.ts';
import { roomSchema } from '../../shared/protocol.ts';
import type { RequesterOf } from '../auth/requester.ts';
import { refuse } from '../core/refusal.ts';
import type { RoomHosts } from '../room/room-hosts.ts';
import { replyWith } from './reply.ts';
import type { IsHostOf } from './room-routes.ts';

export interface ClosedRoomsParts {
  hosts: Pick<RoomHosts, 'enter' | 'rulesOf'>;
  requesterOf: RequesterOf;
  isHostOf: IsHostOf;
  /** Whether visitors may enter the lobby; default: they may. */
  isLobbyOpen?: boolean | undefined;
}

/** Routes that answer with drawings, labels or versions of a room. */
const ofRooms = /^\/api\/(samples|models|training|why)(\/|\?|$)/;

/** Requests of an author or of a browser that trains, in any room. */
const ofOwner = ({ method, url }: FastifyRequest) =>
  method === 'PATCH' || method === 'DELETE' || /\/progress$/.test(url);

/**
 * Refuses requests about a locked room of people who were not in it when it was locked, and are no hosts; and about a
 * lobby that is not open, of all but admins.
 */
export function guardClosedRooms(
  app: FastifyInstance,
  { hosts, requesterOf, isHostOf, isLobbyOpen = true }: ClosedRoomsParts,
) {
  app.addHook('preHandler', async (request, reply) => {
    if (!ofRooms.test(request.url) || ofOwner(request)) return;
    const room = roomOf(request);
    if (room === lobby && !isLobbyOpen && !requesterOf(request).admin) {
      await replyWith(reply, async () => refuse('forbidden', 'There is no open lobby here; name a room.'));
      return;
    }
    await hosts.enter(room);
    const { settings, inside } = hosts.rulesOf(room);
    if (!settings.locked) return;
    const { author } = requesterOf(request);
    if ((author !== null && inside.has(author)) || (await isHostOf(request, room))) return;
    await replyWith(reply, async () =>
      refuse('locked', 'The host has locked this room: only who is in it sees what it holds.'),
    );
  });
}

/** The room that a request names in its address, its body or its headers; the lobby where it names none. */
function roomOf({ query, body, headers }: FastifyRequest): string {
  for (const named of [query, body, { room: headers['x-room'] }]) {
    if (typeof named !== 'object' || named === null || !('room' in named)) continue;
    const room = roomSchema.safeParse(named.room);
    if (room.success) return room.data;
  }
  return lobby;
}
