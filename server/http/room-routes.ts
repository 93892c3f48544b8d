import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Ack, Refusal } from '../../shared/ack.ts';
import { roomSchema } from '../../shared/protocol.ts';
import { isSecureRequest } from '../auth/client-address.ts';
import type { RequesterOf } from '../auth/requester.ts';
import { cookieOptions, hostCookie, oldHostCookies, type Sessions } from '../auth/session.ts';
import { refuse, refuseInput } from '../core/refusal.ts';
import { addressRooms } from '../rate-limit/rate-limits.ts';
import { createLimiter } from '../rate-limit/token-bucket.ts';
import type { Claimant, RoomHosts } from '../room/room-hosts.ts';
import { replyWith } from './reply.ts';
import { takesNothing } from './request-bodies.ts';

export interface RoomRoutesParts {
  hosts: Pick<RoomHosts, 'enter' | 'rulesOf' | 'isHost' | 'make' | 'renew' | 'end'>;
  sessions: Sessions;
  requesterOf: RequesterOf;
  trustProxy: number;
  /** Milliseconds, monotonic. */
  now(): number;
}

const wishSchema = z.strictObject({ name: z.string().max(1_000).optional() });
type ByRoom = { Params: { room: string } };

/** The proof of a host of the room in a request: a cookie, or the key in a header. */
function claimantOf(
  request: FastifyRequest,
  { room, sessions, requesterOf }: Pick<RoomRoutesParts, 'sessions' | 'requesterOf'> & { room: string },
): Claimant {
  const header = request.headers['x-host-key'];
  const key = typeof header === 'string' ? header : sessions.hostKeyIn(request.headers.cookie, room);
  return { admin: requesterOf(request).admin, key };
}

/** Whether a request comes from a host of the room. */
export type IsHostOf = (request: FastifyRequest, room: string) => Promise<boolean>;

export function createIsHostOf(parts: Pick<RoomRoutesParts, 'hosts' | 'sessions' | 'requesterOf'>): IsHostOf {
  return async (request, room) => {
    const claimant = claimantOf(request, { ...parts, room });
    if (claimant.admin || claimant.key === undefined) return claimant.admin;
    await parts.hosts.enter(room);
    return parts.hosts.isHost(room, claimant);
  };
}

/** Whether the rules of the room let a request teach there. */
export type MayTeach = (request: FastifyRequest, room: string) => Promise<boolean>;

export function createMayTeach(hosts: Pick<RoomHosts, 'enter' | 'rulesOf'>, isHostOf: IsHostOf): MayTeach {
  return async (request, room) => {
    await hosts.enter(room);
    return hosts.rulesOf(room).settings.teach === 'everybody' || isHostOf(request, room);
  };
}

/** `/api/rooms`: makes rooms, hands on and renews their hosts' keys, and ends them. */
export function serveRooms(app: FastifyInstance, parts: RoomRoutesParts) {
  const { hosts, sessions, trustProxy, now } = parts;
  const limiter = createLimiter(addressRooms, now);

  function keep(request: FastifyRequest, reply: FastifyReply, { room, key }: { room: string; key: string }) {
    const options = cookieOptions({ secure: isSecureRequest(request, trustProxy) });
    for (const old of oldHostCookies(request.cookies)) void reply.clearCookie(old, options);
    void reply.setCookie(hostCookie(room), sessions.issueHost(room, key), options);
  }

  /** Runs `work` for a host of the room that the address names. */
  async function asHost<Value>(
    request: FastifyRequest<ByRoom>,
    work: (room: string, claimant: Claimant) => Promise<Value>,
  ): Promise<Value | Refusal> {
    const room = roomSchema.safeParse(request.params.room);
    if (!room.success) return refuseInput(room.error);
    const claimant = claimantOf(request, { ...parts, room: room.data });
    await hosts.enter(room.data);
    if (!hosts.isHost(room.data, claimant))
      return refuse('forbidden', { code: 'host_only', message: 'Only the host of this room may do that.' });
    return work(room.data, claimant);
  }

  app.post('/api/rooms', (request, reply) =>
    replyWith(reply, async (): Promise<Ack<{ room: string; key: string }>> => {
      const wish = wishSchema.safeParse(request.body);
      if (!wish.success) return refuseInput(wish.error);
      const retryAfterMs = limiter.take(request.ip);
      if (retryAfterMs > 0) return { ...refuse('rate_limited', 'Too many rooms at once.'), retryAfterMs };
      const made = await hosts.make(wish.data.name);
      if (made.ok) {
        keep(request, reply, made.value);
        void reply.code(201);
      }
      return made;
    }),
  );

  app.get<ByRoom>('/api/rooms/:room/key', (request, reply) =>
    replyWith(reply, () =>
      asHost(request, async (_room, { key }) => {
        void reply.header('cache-control', 'no-store');
        return { ok: true, value: { key: key ?? null } };
      }),
    ),
  );

  app.post<ByRoom>('/api/rooms/:room/key', takesNothing, (request, reply) =>
    replyWith(reply, () =>
      asHost(request, async room => {
        const renewed = await hosts.renew(room);
        if (renewed.ok) keep(request, reply, { room, key: renewed.value.key });
        return renewed;
      }),
    ),
  );

  app.delete<ByRoom>('/api/rooms/:room', takesNothing, (request, reply) =>
    replyWith(reply, () =>
      asHost(request, async room => {
        const ended = await hosts.end(room);
        if (ended.ok) void reply.clearCookie(hostCookie(room), { path: '/' });
        return ended;
      }),
    ),
  );

  /** The link that a host keeps or hands on: it is exchanged for a cookie and leaves the address. */
  app.addHook<{ Querystring: { host?: string } }>('preHandler', async (request, reply) => {
    const { host: key } = request.query;
    const [path] = request.url.split('?');
    const room = roomSchema.safeParse(/^\/r\/([^/]+)(?:\/(?:wall|lab))?$/.exec(path)?.[1]);
    if (request.method !== 'GET' || typeof key !== 'string' || !room.success) return;
    await hosts.enter(room.data);
    if (hosts.isHost(room.data, { admin: false, key })) keep(request, reply, { room: room.data, key });
    await reply.redirect(path, 303);
  });
}
