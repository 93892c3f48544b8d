import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Ack } from '../shared/protocol.ts';
import { isAdmin } from './admin.ts';
import { answer } from './answer.ts';
import { adminAttempts } from './limits.ts';
import { createLimiter } from './rate.ts';
import { refuse, refuseInput } from './refusal.ts';
import { adminCookie, cookieOptions, type Sessions } from './session.ts';

export interface SignInParts {
  sessions: Sessions;
  adminToken: string;
  /** Milliseconds, monotonic. */
  now(): number;
}

const signInSchema = z.strictObject({ token: z.string().max(1_000) });

/** Shows the admin token once, by `POST /api/admin` or the link printed at the start, and is known by a cookie from then on. */
export function serveSignIn(app: FastifyInstance, { sessions, adminToken, now }: SignInParts) {
  const limiter = createLimiter(adminAttempts, now);

  app.post('/api/admin', (request, reply) =>
    answer(reply, async (): Promise<Ack> => {
      const retryAfterMs = limiter.take(request.ip);
      if (retryAfterMs > 0) return { ...refuse('rate_limited', 'Too many attempts.'), retryAfterMs };
      const body = signInSchema.safeParse(request.body);
      if (!body.success) return refuseInput(body.error);
      if (!isAdmin(adminToken, body.data.token)) return refuse('forbidden', 'This is not the admin token.');
      void reply.setCookie(adminCookie, sessions.issueAdmin(), cookieOptions(request.protocol));
      return { ok: true };
    }),
  );

  app.addHook<{ Querystring: { admin?: string } }>('preHandler', async (request, reply) => {
    const { admin } = request.query;
    if (request.method !== 'GET' || typeof admin !== 'string' || request.url.startsWith('/api/')) return;
    if (limiter.take(request.ip) === 0 && isAdmin(adminToken, admin)) {
      void reply.setCookie(adminCookie, sessions.issueAdmin(), cookieOptions(request.protocol));
    }
    // Without the token, so that it does not stay in the address bar or the history.
    await reply.redirect(request.url.split('?')[0], 303);
  });
}
