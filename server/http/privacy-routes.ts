import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Ack, Refusal } from '../../shared/ack.ts';
import type { OwnDrawings, PrivacyTerms } from '../../shared/http-api.ts';
import type { RequesterOf } from '../auth/requester.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { refuse } from '../core/refusal.ts';
import type { Store } from '../core/store.ts';
import type { Erasure } from '../drawing/erasure.ts';
import type { BigReads } from './big-reads.ts';
import { ndjson } from './export-routes.ts';
import { replyWith } from './reply.ts';
import { takesNothing } from './request-bodies.ts';

export interface PrivacyParts {
  store: Pick<Store, 'exportSamples' | 'countOwn'>;
  requesterOf: RequesterOf;
  bigReads: Pick<BigReads, 'serve'>;
  erasure: Pick<Erasure, 'erase'>;
  cluster: Pick<Cluster, 'publishErased'>;
  privacy: PrivacyTerms;
}

/** Rows of one statement: people who draw wait for each. */
const pageRows = 20;

const noSession = () =>
  refuse('forbidden', {
    code: 'no_session',
    message: 'Without a session there are no drawings of yours; open the page first.',
  });

/** `GET /api/privacy`, and `/api/me`: a session's own drawings of all rooms, to take home and to erase. */
export function servePrivacy(
  app: FastifyInstance,
  { store, requesterOf, bigReads, erasure, cluster, privacy }: PrivacyParts,
) {
  app.get('/api/privacy', async () => privacy);

  app.get('/api/me', (request, reply) =>
    replyWith(reply, async (): Promise<OwnDrawings | Refusal> => {
      const { author } = requesterOf(request);
      return author === null ? noSession() : store.countOwn(author);
    }),
  );

  /** One page as text; charged to the address like every big read. */
  async function readPage(asking: { address: string; author: string }, after: number | null) {
    let next: number | null = null;
    const text = await bigReads.serve(asking.address, async () => {
      const page = await store.exportSamples({ author: asking.author, after: after ?? 0, limit: pageRows });
      next = page.next;
      return page.samples.map(sample => `${JSON.stringify(sample)}\n`).join('');
    });
    return typeof text === 'object' && 'ok' in text ? text : { text, next };
  }

  /** The rest of the pages. An address that has read too much gets them more slowly. */
  async function* pages(
    asking: { address: string; author: string },
    first: Exclude<Awaited<ReturnType<typeof readPage>>, Refusal>,
  ) {
    yield first.text;
    for (let after: number | null = first.next; after !== null; ) {
      const page: Awaited<ReturnType<typeof readPage>> = await readPage(asking, after);
      if ('ok' in page) {
        await wait(page.retryAfterMs ?? 1_000, undefined, { ref: false });
        continue;
      }
      if (page.text !== '') yield page.text;
      after = page.next;
    }
  }

  app.get('/api/me/export', (request, reply) =>
    replyWith(reply, async () => {
      const { author } = requesterOf(request);
      if (author === null) return noSession();
      const asking = { address: request.ip, author };
      const first = await readPage(asking, null);
      if ('ok' in first) return first;
      void reply.type(ndjson).headers({
        'content-disposition': 'attachment; filename="my-drawings.ndjson"',
        'cache-control': 'no-store',
      });
      return Readable.from(pages(asking, first));
    }),
  );

  app.delete('/api/me', takesNothing, (request, reply) =>
    replyWith(reply, async (): Promise<Ack<{ erased: number }>> => {
      const { author } = requesterOf(request);
      if (author === null) return noSession();
      const erased = await erasure.erase(author);
      cluster.publishErased(author);
      return { ok: true, value: { erased } };
    }),
  );
}
