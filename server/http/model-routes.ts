import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { house } from '../../db/rooms.ts';
import type { Ack } from '../../shared/ack.ts';
import type { ModelEntry, ModelList, VerdictView } from '../../shared/http-api.ts';
import { roomSchema } from '../../shared/protocol.ts';
import type { RequesterOf } from '../auth/requester.ts';
import { refuse, refuseInput } from '../core/refusal.ts';
import type { Store } from '../core/store.ts';
import type { CachedModel, ModelCache } from '../inference/model-cache.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';
import type { BigReads } from './big-reads.ts';
import { replyWith } from './reply.ts';
import { takesNothing } from './request-bodies.ts';
import type { IsHostOf } from './room-routes.ts';

export interface ModelsParts {
  store: Pick<
    Store,
    | 'listModels'
    | 'listChampions'
    | 'isDropped'
    | 'history'
    | 'readChampion'
    | 'rollBack'
    | 'promoteModel'
    | 'followHouse'
  >;
  requesterOf: RequesterOf;
  isHostOf: IsHostOf;
  registry: Pick<ServedModelTracker, 'refresh'>;
  models: Pick<ModelCache, 'load'>;
  bigReads: Pick<BigReads, 'serve'>;
}

export const versionSchema = z.string().regex(/^[\w.-]{1,100}$/);
/** Versions are numbered by an INT of the database. */
const maxModelNumber = 2_147_483_647;
const pageSchema = z.strictObject({
  room: roomSchema.default('lobby'),
  before: z.coerce.number().int().min(1).max(maxModelNumber).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
/** Only the gate's own verdicts are ever stored: what they hold is trusted. */
const verdictSchema = z.custom<VerdictView>(
  value => typeof value === 'object' && value !== null && 'before' in value,
);
/** Limit of listed moves of the champion, the newest ones. */
const maxMoves = 200;
const inRoomSchema = z.strictObject({ room: roomSchema.default('lobby') });
/** The room in which the version becomes the champion; '' for the house. */
const targetSchema = z.strictObject({ room: z.union([z.literal(house), roomSchema]).default('lobby') });
type ByVersion = { Params: { version: string } };
const unknownVersion = () =>
  refuse('not_found', { code: 'version_unknown', message: 'There is no such version.' });
const droppedVersion = () =>
  refuse('not_found', {
    code: 'version_dropped',
    message: 'The weights of this version are no longer kept; its card and its verdict are.',
  });

/** `/api/models`: the versions, their weights, and moving the champion by hand. */
export function serveModels(
  app: FastifyInstance,
  { store, requesterOf, isHostOf, registry, models, bigReads }: ModelsParts,
) {
  /** A version is seen in the room where it was trained and where it was the champion; the house's everywhere. */
  async function isSeenIn({ version, room: home = house }: CachedModel, room: string): Promise<boolean> {
    if (home === house || home === room) return true;
    const moves = await Promise.all(
      [room, house].map(each => store.history({ room: each, limit: maxMoves })),
    );
    return moves.flat().some(move => move.version === version);
  }

  async function listOf(page: z.infer<typeof pageSchema>): Promise<ModelList> {
    const [champion, champions, rows, moves] = await Promise.all([
      store.readChampion(page.room),
      store.listChampions(),
      store.listModels(page),
      store.history({ room: page.room, limit: maxMoves }),
    ]);
    return {
      champion: champion?.version ?? '',
      previous: moves[0]?.previous ?? null,
      own: champions.has(page.room),
      models: rows.map(
        ({ card, verdict, at, erased, number: _number, alias: _alias, room: _room, ...row }): ModelEntry => {
          const parsed = verdictSchema.safeParse(verdict);
          return {
            ...row,
            card: erased > 0 ? { ...card, erasedSamples: erased } : card,
            verdict: parsed.data ?? null,
            at: at.toISOString(),
          };
        },
      ),
      history: moves.map(({ version, previous, move, at, by, reason }) => {
        return { version, previous, move, at: at.toISOString(), by, reason };
      }),
    };
  }

  app.get('/api/models', (request, reply) =>
    replyWith(reply, async () => {
      const page = pageSchema.safeParse(request.query);
      if (!page.success) return refuseInput(page.error);
      const list = await bigReads.serve(request.ip, async () => JSON.stringify(await listOf(page.data)));
      if (typeof list === 'string') void reply.type('application/json; charset=utf-8');
      return list;
    }),
  );

  app.get<ByVersion>('/api/models/:version/weights', (request, reply) =>
    replyWith(reply, async () => {
      const version = versionSchema.safeParse(request.params.version);
      if (!version.success) return refuseInput(version.error);
      const room = inRoomSchema.safeParse(request.query);
      if (!room.success) return refuseInput(room.error);
      const etag = `"${version.data}"`;
      const weights = await bigReads.serve(request.ip, async () => {
        const model = await models.load(version.data);
        if (model === null) {
          const gone = await store.isDropped({ version: version.data, room: room.data.room });
          return gone ? droppedVersion() : unknownVersion();
        }
        if (!(await isSeenIn(model, room.data.room))) return unknownVersion();
        const { buffer, byteOffset, byteLength } = model.weights;
        return request.headers['if-none-match'] === etag ? '' : Buffer.from(buffer, byteOffset, byteLength);
      });
      if (typeof weights === 'object' && 'ok' in weights) return weights;
      // A version never changes, so its name is all a cache needs to know.
      void reply.headers({ etag, 'cache-control': 'public, max-age=31536000, immutable' });
      if (weights === '') return reply.code(304).send();
      void reply.type('application/octet-stream');
      return weights;
    }),
  );

  /** Back to a version that was the champion once, or on to one that never was. */
  async function move(room: string, version: string) {
    const by = { by: 'an admin', reason: 'by hand' };
    const model = await models.load(version);
    // The house may take the version of any room, a room that of no other room.
    const where = { version, room: room === house ? null : room };
    if (model === null) return (await store.isDropped(where)) ? 'dropped' : 'unknown';
    if (room !== house && !(await isSeenIn(model, room))) return 'unknown';
    const back = await store.rollBack({ room, to: version, ...by });
    if (typeof back === 'object') return 'moved';
    if (back !== 'unknown') return back;
    const champion = await store.readChampion(room);
    if (champion === null) return 'unknown';
    const done = await store.promoteModel({ room, version, expectedChampion: champion.version, ...by });
    return done === 'promoted' || done === 'not_running' ? 'moved' : done;
  }

  /** The room follows the house again, and its labels may be taught again. */
  app.post('/api/models/start-over', takesNothing, (request, reply) =>
    replyWith(reply, async (): Promise<Ack<{ version: string }>> => {
      const query = inRoomSchema.safeParse(request.query);
      if (!query.success) return refuseInput(query.error);
      const { room } = query.data;
      if (!(await isHostOf(request, room)))
        return refuse('forbidden', 'Only the host of this room may let it start over.');
      const by = requesterOf(request).admin ? 'an admin' : 'the host';
      const done = await store.followHouse({ room, by, reason: 'starts over from the house' });
      if (done === 'unknown') return refuse('not_found', 'This room has no version of its own.');
      await registry.refresh();
      return { ok: true, value: done };
    }),
  );

  app.post<ByVersion>('/api/models/:version/promote', takesNothing, (request, reply) =>
    replyWith(reply, async (): Promise<Ack<{ version: string }>> => {
      if (!requesterOf(request).admin)
        return refuse('forbidden', { code: 'admin_only', message: 'Only an admin may promote a version.' });
      const version = versionSchema.safeParse(request.params.version);
      if (!version.success) return refuseInput(version.error);
      const target = targetSchema.safeParse(request.query);
      if (!target.success) return refuseInput(target.error);
      const done = await move(target.data.room, version.data);
      if (done === 'unknown') return unknownVersion();
      if (done === 'dropped') return droppedVersion();
      if (done === 'outdated')
        return refuse('outdated', { code: 'version_changed', message: 'The champion changed meanwhile.' });
      if (done === 'unfit')
        return refuse('outdated', {
          code: 'other_net',
          message: 'That version is of an older net, which this release does not serve.',
        });
      await registry.refresh();
      return { ok: true, value: { version: version.data } };
    }),
  );
}
