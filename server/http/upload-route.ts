import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Ack } from '../../shared/ack.ts';
import type { Contribution } from '../../shared/http-api.ts';
import { roomSchema } from '../../shared/protocol.ts';
import type { RequesterOf } from '../auth/requester.ts';
import { refuse, refuseInput } from '../core/refusal.ts';
import type { Rounds } from '../jobs/federated-round.ts';
import { uploadRequests } from '../rate-limit/rate-limits.ts';
import { createLimiter } from '../rate-limit/token-bucket.ts';
import { replyWith } from './reply.ts';
import type { MayTeach } from './room-routes.ts';
import { senderOf } from './training-routes.ts';

export interface UploadsParts {
  jobs: { rounds: Pick<Rounds, 'upload' | 'uploadBytes'> };
  requesterOf: RequesterOf;
  mayTeach: MayTeach;
  teachBy: 'anyone' | 'admin';
  /** Milliseconds, monotonic. */
  now(): number;
}

const octets = 'application/octet-stream';
/** More than any model has; an upload is held to its base's size before this matters. */
export const maxUploadBytes = 4_194_304;
const headersSchema = z.object({
  'x-base-version': z.string().regex(/^[\w.-]{1,100}$/),
  'x-job': z.guid().optional(),
  'x-room': roomSchema.default('lobby'),
});

/** `POST /api/models`: weights trained elsewhere. They are untrusted bytes, whatever their headers claim. */
export function serveUploads(
  app: FastifyInstance,
  { jobs: { rounds }, requesterOf, mayTeach, teachBy, now }: UploadsParts,
) {
  const limiter = createLimiter(uploadRequests, now);
  app.addContentTypeParser(octets, { parseAs: 'buffer', bodyLimit: maxUploadBytes }, (_request, body, done) =>
    done(null, body),
  );

  app.post(
    '/api/models',
    {
      bodyLimit: maxUploadBytes,
      config: { takes: octets },
      // Before a byte of the body is read.
      preParsing: async (request, reply, payload) => {
        const refusal = await refusalOf(request.headers, request.ip);
        if (refusal === null) return payload;
        await replyWith(reply, async () => refusal);
        return payload;
      },
    },
    (request, reply) =>
      replyWith(reply, async (): Promise<Ack<Contribution>> => {
        const headers = headersSchema.safeParse(request.headers);
        if (!headers.success) return refuseInput(headers.error);
        if (!Buffer.isBuffer(request.body)) return refuse('invalid', `Send the weights as ${octets}.`);
        const bytes = new Uint8Array(request.body);
        const { 'x-base-version': base, 'x-job': job, 'x-room': room } = headers.data;
        if (!(await mayTeach(request, room)))
          return refuse('forbidden', {
            code: 'host_teaches',
            message: 'In this room only its host may teach.',
          });
        return rounds.upload({ room, base, job, bytes, from: senderOf(requesterOf(request), request.ip) });
      }),
  );

  async function refusalOf(headers: IncomingHttpHeaders, address: string) {
    const requester = requesterOf({ headers });
    if (teachBy === 'admin' && !requester.admin)
      return refuse('forbidden', { code: 'admin_only', message: 'Only an admin may teach here.' });
    const retryAfterMs = limiter.take(address);
    if (retryAfterMs > 0) return { ...refuse('rate_limited', 'Too many uploads.'), retryAfterMs };
    const named = headersSchema.safeParse(headers);
    if (!named.success) return refuseInput(named.error);
    const length = Number(headers['content-length']);
    const expected = rounds.uploadBytes;
    if (length === expected) return null;
    const reason = length > expected ? 'too_large' : 'invalid';
    return refuse(
      reason,
      `Weights of this model have ${expected} bytes, not ${headers['content-length'] ?? 'an unknown number'}.`,
    );
  }
}
