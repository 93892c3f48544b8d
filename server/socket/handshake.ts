import type { IncomingMessage } from 'node:http';
import type { Refusal } from '../../shared/ack.ts';
import { authSchema, protocolVersion } from '../../shared/protocol.ts';
import { clientAddress } from '../auth/client-address.ts';
import { adminCookie, type Sessions } from '../auth/session.ts';
import { rateLimited, refuse, refuseInput } from '../core/refusal.ts';
import { networkOf } from '../rate-limit/network.ts';
import { addressConnections } from '../rate-limit/rate-limits.ts';
import { createLimiter } from '../rate-limit/token-bucket.ts';
import type { Claimant } from '../room/room-hosts.ts';

/** The identity and room of a connection. */
export interface Handshaken {
  session: string;
  /** The signed session, if the client has no cookie for it. */
  token: string | null;
  /** The network of its address, as the key of limits. */
  address: string;
  room: string;
  /** Undefined if the client sends no name. */
  name: string | undefined;
  /** By what the client may be a host of the room. */
  claimant: Claimant;
}

export interface HandshakeParts {
  sessions: Sessions;
  trustProxy: number;
  /** Milliseconds, monotonic. */
  now(): number;
}

/** Decides which connections are accepted. */
export function createHandshake({ sessions, trustProxy, now }: HandshakeParts) {
  const connections = createLimiter(addressConnections, now);
  return {
    admit(request: IncomingMessage, auth: unknown): Handshaken | Refusal {
      const client = clientAddress(request, trustProxy);
      const address = networkOf(client);
      const retryAfterMs = connections.take(client);
      if (retryAfterMs > 0) return rateLimited(retryAfterMs);
      const parsed = authSchema.safeParse(auth);
      if (!parsed.success) {
        const outdated = parsed.error.issues.some(({ path }) => path[0] === 'protocol');
        return outdated
          ? refuse('outdated', `This server speaks protocol ${protocolVersion}; reload the page.`)
          : refuseInput(parsed.error);
      }
      const { room, name, session } = parsed.data;
      const { cookie } = request.headers;
      const signedIn = sessions.identify(sessions.fromCookies(cookie, adminCookie));
      const claimant = {
        admin: signedIn.state === 'known' && signedIn.session === 'admin',
        key: sessions.hostKeyIn(cookie, room),
      };
      const identity = sessions.identify(session ?? sessions.fromCookies(cookie));
      switch (identity.state) {
        case 'known':
          return { session: identity.session, token: session ?? null, address, room, name, claimant };
        case 'none':
          return { ...sessions.issue(), address, room, name, claimant };
        case 'forged':
          return refuse(
            'invalid',
            'This session was not signed by this server; reload the page for a new one.',
          );
        default:
          return identity satisfies never;
      }
    },
  };
}
