import type { IncomingMessage } from 'node:http';
import { authSchema, protocolVersion, type Refusal } from '../../shared/protocol.ts';
import { clientAddress } from '../auth/client-address.ts';
import type { Sessions } from '../auth/session.ts';
import { rateLimited, refuse, refuseInput } from '../core/refusal.ts';
import { networkOf } from '../rate-limit/network.ts';
import { addressConnections } from '../rate-limit/rate-limits.ts';
import { createLimiter } from '../rate-limit/token-bucket.ts';

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
      const identity = sessions.identify(session ?? sessions.fromCookies(request.headers.cookie));
      switch (identity.state) {
        case 'known':
          return { session: identity.session, token: session ?? null, address, room, name };
        case 'none':
          return { ...sessions.issue(), address, room, name };
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
