import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Ack, Refusal } from '../../shared/ack.ts';
import type { Prediction, Sample, SamplePage } from '../../shared/http-api.ts';
import { digitSchema, roomSchema } from '../../shared/protocol.ts';
import type { RequesterOf } from '../auth/requester.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { refuse, refuseInput } from '../core/refusal.ts';
import type { Store } from '../core/store.ts';
import type { LabelNetworks } from '../drawing/label-networks.ts';
import type { Predictor } from '../inference/predictor.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';
import type { BigReads } from './big-reads.ts';
import { versionSchema } from './model-routes.ts';
import { replyWith } from './reply.ts';
import { takesNothing } from './request-bodies.ts';
import type { IsHostOf } from './room-routes.ts';
import { createSamplePages, sampleOf, textOf } from './sample-pages.ts';

export interface SamplesParts {
  store: Pick<
    Store,
    | 'shared'
    | 'writes'
    | 'samplePage'
    | 'listLeastSure'
    | 'sampleImage'
    | 'getSample'
    | 'changeLabel'
    | 'deleteSample'
    | 'decideSetAside'
  >;
  requesterOf: RequesterOf;
  networks: Pick<LabelNetworks, 'labels'>;
  predictor: Pick<Predictor, 'predictOnce'>;
  registry: Pick<ServedModelTracker, 'use'>;
  cluster: Pick<Cluster, 'publishDeleted' | 'publishRelabelled'>;
  isHostOf: IsHostOf;
  bigReads: Pick<BigReads, 'serve'>;
}

/** A table of the older application may count its rows in BIGINT. */
export const sampleId = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const flag = z.enum(['true', 'false']).transform(text => text === 'true');
const querySchema = z.strictObject({
  before: sampleId.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
  room: roomSchema.optional(),
  labelled: flag.optional(),
  wrong: flag.optional(),
  digit: z.coerce.number().pipe(digitSchema).optional(),
  model: versionSchema.optional(),
  setAside: flag.optional(),
});
/** The drawings of which the room's version is least sure. */
const unsureSchema = z.strictObject({
  sort: z.literal('unsure'),
  room: roomSchema.default('lobby'),
  /** They all are. */
  labelled: z.literal('false').optional(),
  /** Only the requester's own. */
  mine: flag.default(false),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
const isUnsure = (query: unknown) => typeof query === 'object' && query !== null && 'sort' in query;
const changeSchema = z.strictObject({ digit: digitSchema.nullable() });
const decisionSchema = z.strictObject({
  room: roomSchema.default('lobby'),
  samples: z.array(sampleId).min(1).max(400),
  accept: z.boolean(),
});
const roomQuery = z.strictObject({ room: roomSchema.default('lobby') });
type ById = { Params: { id: string } };

const unknownSample = () => refuse('not_found', 'There is no such drawing.');
/** Drawings of the requested room and the requester's own may be seen, all of them by an admin. */
const maySee = (
  sample: { author: string | null; room: string | null },
  { room, requester: { author, admin } }: { room: string; requester: ReturnType<RequesterOf> },
) => admin || (author !== null && sample.author === author) || (sample.room ?? 'lobby') === room;
const forbidden = () => refuse('forbidden', 'Only a host of the room sees and decides what is set aside.');
const notYours = () => refuse('not_yours', 'This drawing belongs to somebody else.');

/** `/api/samples`: what was drawn in a room, newest first, for admins in all of them; its author and admins may change and delete it. */
export function serveSamples(
  app: FastifyInstance,
  { store, requesterOf, networks, predictor, registry, cluster, isHostOf, bigReads }: SamplesParts,
) {
  const pageOf = createSamplePages(store);

  async function leastSure(request: FastifyRequest): Promise<SamplePage | Refusal> {
    const query = unsureSchema.safeParse(request.query);
    if (!query.success) return refuseInput(query.error);
    const { author } = requesterOf(request);
    const { room, mine, limit } = query.data;
    if (mine && author === null) return { samples: [], next: null };
    const rows = await bigReads.serve(request.ip, () =>
      store.listLeastSure({ room, limit, ...(mine && author !== null && { author }) }),
    );
    return 'ok' in rows ? rows : { samples: rows.map(row => sampleOf(row, author)), next: null };
  }

  app.get('/api/samples', (request, reply) =>
    replyWith(reply, async () => {
      if (isUnsure(request.query)) return leastSure(request);
      const query = querySchema.safeParse(request.query);
      if (!query.success) return refuseInput(query.error);
      const { author, admin } = requesterOf(request);
      const room = query.data.room ?? (admin ? undefined : 'lobby');
      // Drawings that a host took off the wall are listed for hosts alone.
      const veiled = room === undefined || (await isHostOf(request, room));
      if (query.data.setAside && !veiled) return forbidden();
      const page = await bigReads.serve(request.ip, async () =>
        textOf(await pageOf({ ...query.data, room, veiled }), author),
      );
      if (typeof page === 'string') void reply.type('application/json; charset=utf-8');
      return page;
    }),
  );

  app.get<ById>('/api/samples/:id/image', (request, reply) =>
    replyWith(reply, async () => {
      const id = sampleId.safeParse(request.params.id);
      if (!id.success) return refuseInput(id.error);
      const query = roomQuery.safeParse(request.query);
      if (!query.success) return refuseInput(query.error);
      const sample = await bigReads.serve(request.ip, () => store.sampleImage(id.data));
      if (sample !== null && 'ok' in sample) return sample;
      if (sample === null || !maySee(sample, { ...query.data, requester: requesterOf(request) }))
        return unknownSample();
      const { image } = sample;
      if (image === null) return refuse('not_found', 'This sample has no picture.');
      void reply.type('image/png').header('cache-control', 'private, max-age=3600');
      return Buffer.from(image);
    }),
  );

  app.patch<ById>('/api/samples/:id', (request, reply) =>
    replyWith(reply, async (): Promise<Ack<Sample>> => {
      const id = sampleId.safeParse(request.params.id);
      if (!id.success) return refuseInput(id.error);
      const change = changeSchema.safeParse(request.body);
      if (!change.success) return refuseInput(change.error);
      const query = roomQuery.safeParse(request.query);
      if (!query.success) return refuseInput(query.error);
      const by = requesterOf(request);
      if (by.author !== null) networks.labels(by.author, request.ip);
      const isHost = await isHostOf(request, query.data.room);
      const row = await store.changeLabel({
        id: id.data,
        digit: change.data.digit,
        by,
        isHost,
        ...query.data,
      });
      if (row === 'not_found') return unknownSample();
      if (row === 'not_yours') return notYours();
      if (row.drawing !== null) cluster.publishRelabelled(row.drawing);
      return { ok: true, value: sampleOf(row, by.author) };
    }),
  );

  app.delete<ById>('/api/samples/:id', takesNothing, (request, reply) =>
    replyWith(reply, async (): Promise<Ack> => {
      const id = sampleId.safeParse(request.params.id);
      if (!id.success) return refuseInput(id.error);
      const query = roomQuery.safeParse(request.query);
      if (!query.success) return refuseInput(query.error);
      const done = await store.deleteSample({ id: id.data, by: requesterOf(request), ...query.data });
      if (done === 'not_found') return unknownSample();
      if (done === 'not_yours') return notYours();
      cluster.publishDeleted(done.drawing);
      return { ok: true };
    }),
  );

  app.post('/api/samples/set-aside', (request, reply) =>
    replyWith(reply, async (): Promise<Ack> => {
      const decision = decisionSchema.safeParse(request.body);
      if (!decision.success) return refuseInput(decision.error);
      if (!(await isHostOf(request, decision.data.room))) return forbidden();
      for (const drawing of await store.decideSetAside(decision.data)) cluster.publishRelabelled(drawing);
      return { ok: true };
    }),
  );

  app.post<ById>('/api/samples/:id/predict', takesNothing, (request, reply) =>
    replyWith(reply, async (): Promise<Ack<Prediction>> => {
      const id = sampleId.safeParse(request.params.id);
      if (!id.success) return refuseInput(id.error);
      const query = roomQuery.safeParse(request.query);
      if (!query.success) return refuseInput(query.error);
      const sample = await bigReads.serve(request.ip, () => store.getSample(id.data));
      if (sample !== null && 'ok' in sample) return sample;
      if (sample === null || !maySee(sample, { ...query.data, requester: requesterOf(request) }))
        return unknownSample();
      if (sample.raster === null)
        return refuse('invalid', {
          code: 'picture_only',
          message: 'This sample is a picture without strokes; it cannot be read.',
        });
      const room = sample.room ?? 'lobby';
      await registry.use(room);
      return { ok: true, value: await predictor.predictOnce(sample.raster, room) };
    }),
  );
}
