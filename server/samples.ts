import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { SampleRow } from '../db/gallery.ts';
import { DatabaseUnavailable } from '../db/unavailable.ts';
import { digitSchema, roomSchema, type Sample, type SamplePage } from '../shared/protocol.ts';
import { refuse, refuseInput } from './refusal.ts';
import type { Sessions } from './session.ts';
import type { Store } from './store.ts';

const id = z.coerce.number().int().min(1).max(2_147_483_647);
const flag = z.enum(['true', 'false']).transform(text => text === 'true');
const querySchema = z.strictObject({
  before: id.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
  room: roomSchema.optional(),
  labelled: flag.optional(),
  wrong: flag.optional(),
  digit: z.coerce.number().pipe(digitSchema).optional(),
  model: z.string().max(100).optional(),
});

/** `GET /api/samples`, newest first, and the pictures of rows that came without strokes. */
export function serveSamples(
  app: FastifyInstance,
  { store, sessions }: { store: Pick<Store, 'list' | 'image'>; sessions: Sessions },
) {
  app.get('/api/samples', async (request, reply) => {
    const query = querySchema.safeParse(request.query);
    if (!query.success) return reply.code(400).send(refuseInput(query.error));
    const identity = sessions.identify(sessions.fromCookies(request.headers.cookie));
    const session = identity.state === 'known' ? identity.session : undefined;
    const { limit } = query.data;
    return orUnavailable(reply, async () => {
      const rows = await store.list(query.data);
      const page: SamplePage = {
        samples: rows.map(row => present(row, session)),
        next: rows.length === limit ? rows[limit - 1].id : null,
      };
      return page;
    });
  });

  app.get<{ Params: { id: string } }>('/api/samples/:id/image', async (request, reply) => {
    const wanted = id.safeParse(request.params.id);
    if (!wanted.success) return reply.code(400).send(refuseInput(wanted.error));
    return orUnavailable(reply, async () => {
      const image = await store.image(wanted.data);
      if (image === null) return reply.code(404).send(refuse('not_found', 'This sample has no picture.'));
      return reply
        .type('image/png')
        .header('cache-control', 'private, max-age=3600')
        .send(Buffer.from(image));
    });
  });

  async function orUnavailable(reply: FastifyReply, answer: () => Promise<unknown>) {
    try {
      return await answer();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      return reply.code(503).send(refuse('unavailable', 'The database is away just now; try again.'));
    }
  }
}

function present({ author, hasImage, at, ...row }: SampleRow, session: string | undefined): Sample {
  return {
    ...row,
    at: at.toISOString(),
    mine: author !== null && author === session,
    image: row.strokes === null && hasImage ? `/api/samples/${row.id}/image` : null,
  };
}
