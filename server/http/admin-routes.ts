import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Ack } from '../../shared/ack.ts';
import { isAdmin } from '../auth/admin-token.ts';
import { isSecureRequest } from '../auth/client-address.ts';
import { adminCookie, cookieOptions, type Sessions } from '../auth/session.ts';
import { refuse, refuseInput } from '../core/refusal.ts';
import { adminAttempts } from '../rate-limit/rate-limits.ts';
import { createLimiter } from '../rate-limit/token-bucket.ts';
import { replyWith } from './reply.ts';

export interface AdminRoutesParts {
  sessions: Sessions;
  adminToken: string;
  trustProxy: number;
  /** Milliseconds, monotonic. */
  now(): number;
}

const signInSchema = z.strictObject({ token: z.string().max(1_000) });

/** Shows the admin token once, by `POST /api/admin` or the link printed at the start, and is known by a cookie from then on. */
export function serveAdmin(
  app: FastifyInstance,
  { sessions, adminToken, trustProxy, now }: AdminRoutesParts,
) {
  const limiter = createLimiter(adminAttempts, now);
  function signIn(request: FastifyRequest, reply: FastifyReply) {
    const options = cookieOptions({ secure: isSecureRequest(request, trustProxy) });
    void reply.setCookie(adminCookie, sessions.issueAdmin(), options);
  }

  app.post('/api/admin', (request, reply) =>
    replyWith(reply, async (): Promise<Ack> => {
      const body = signInSchema.safeParse(request.body);
      if (!body.success) return refuseInput(body.error);
      // The right token is accepted after any number of wrong ones: others behind the same address may send those.
      if (isAdmin(adminToken, body.data.token)) {
        signIn(request, reply);
        return { ok: true };
      }
      const retryAfterMs = limiter.take(request.ip);
      if (retryAfterMs > 0) return { ...refuse('rate_limited', 'Too many attempts.'), retryAfterMs };
      return refuse('forbidden', { code: 'wrong_token', message: 'This is not the admin token.' });
    }),
  );

  app.addHook<{ Querystring: { admin?: string } }>('preHandler', async (request, reply) => {
    const { admin } = request.query;
    if (request.method !== 'GET' || typeof admin !== 'string' || request.url.startsWith('/api/')) return;
    if (isAdmin(adminToken, admin)) signIn(request, reply);
    // Without the token, so that it does not stay in the address bar or the history. `//name` would lead to another host,
    // and a request may name a whole URL.
    const path = request.url.split('?')[0].replace(/^[^/\\]*[/\\]+/, '');
    await reply.redirect(`/${path}`, 303);
  });
}
