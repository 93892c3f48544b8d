import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Requester } from '../../db/sample-edits.ts';
import type { Ack } from '../../shared/ack.ts';
import type { TrainingState } from '../../shared/http-api.ts';
import { maxRoomPrice } from '../../shared/limits.ts';
import { nameSchema, roomSchema } from '../../shared/protocol.ts';
import type { RequesterOf } from '../auth/requester.ts';
import { coalesceByKey } from '../core/coalesce.ts';
import { refuse, refuseInput } from '../core/refusal.ts';
import type { Store } from '../core/store.ts';
import type { Rounds } from '../jobs/federated-round.ts';
import { gateOf } from '../jobs/job-limits.ts';
import type { ParticipantSender } from '../jobs/round-seats.ts';
import { type TrainingProgress, trainingOf } from '../jobs/training-progress.ts';
import { mayCancel, type TrainingRunner } from '../jobs/training-runner.ts';
import { networkOf } from '../rate-limit/network.ts';
import { jobRequests, joinRequests, progressReports } from '../rate-limit/rate-limits.ts';
import { createLimiter } from '../rate-limit/token-bucket.ts';
import type { BigReads } from './big-reads.ts';
import { replyWith } from './reply.ts';
import { takesNothing } from './request-bodies.ts';
import type { IsHostOf, MayTeach } from './room-routes.ts';
import { sampleId } from './sample-routes.ts';

export interface TrainingParts {
  store: Pick<Store, 'countByDigit' | 'countSetAside' | 'listJobs'>;
  jobs: {
    runner: Pick<TrainingRunner, 'request' | 'cancel'>;
    news: Pick<TrainingProgress, 'latest'>;
    rounds: Pick<Rounds, 'join' | 'pack' | 'progress' | 'leave' | 'browsers'>;
  };
  requesterOf: RequesterOf;
  teachBy: 'anyone' | 'admin';
  mayTeach: MayTeach;
  isHostOf: IsHostOf;
  bigReads: Pick<BigReads, 'serve' | 'turn'>;
  /** Milliseconds, monotonic. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/** How often the status is read from the database at most. */
const statusMs = 500;

/** Stands where an address would: all who ask share one reading. */
const everybody = 'everybody';

const deviceSchema = nameSchema.pipe(z.string().min(1));
const priceSchema = z.number().min(0).max(maxRoomPrice).optional();
const wishSchema = z.discriminatedUnion('where', [
  z.strictObject({
    where: z.literal('server'),
    room: roomSchema.default('lobby'),
    samples: z.array(sampleId).min(1).max(400).optional(),
    price: priceSchema,
  }),
  z.strictObject({
    where: z.literal('browser'),
    room: roomSchema.default('lobby'),
    device: deviceSchema,
    price: priceSchema,
  }),
]);
const roomQuery = z.strictObject({ room: roomSchema.default('lobby') });
const steps = z.int().min(0).max(100_000);
const progressSchema = z.strictObject({
  step: steps,
  steps,
  // Null before the first step: it measures, and is there.
  loss: z.number().nullable(),
  accuracy: z.number().min(0).max(1).nullable(),
  device: deviceSchema.optional(),
});
/** The owner of a request, as seats of a round identify it. */
export const senderOf = ({ author, admin }: Requester, address: string): ParticipantSender => ({
  owner: author ?? `at ${networkOf(address)}`,
  address: networkOf(address),
  admin,
});
type ByJob = { Params: { job: string } };

/** `/api/training`: starts a job, cancels it, and reports its progress. */
export function serveTraining(app: FastifyInstance, parts: TrainingParts) {
  const { store, requesterOf, teachBy, mayTeach, isHostOf, bigReads } = parts;
  const { runner, news, rounds } = parts.jobs;
  const limiters = {
    server: createLimiter(jobRequests, parts.now),
    browser: createLimiter(joinRequests, parts.now),
    progress: createLimiter(progressReports, parts.now),
  };

  const mayTrain = ({ admin }: Requester) => admin || teachBy === 'anyone';
  const hostTeaches = () =>
    refuse('forbidden', { code: 'host_teaches', message: 'In this room only its host may teach.' });
  const forbidden = () =>
    refuse('forbidden', { code: 'admin_only', message: 'Only an admin may start or cancel a job here.' });

  /** Every open Lab asks after every drawing, and the counts read all labels of a room. */
  const readStatus = coalesceByKey({
    work: (room: string) =>
      bigReads.turn(everybody, () =>
        Promise.all([
          store.listJobs({ room, limit: 1 }),
          store.countByDigit({ room }),
          store.countSetAside(room),
        ]),
      ),
    minMs: statusMs,
    now: parts.now,
    wait: parts.wait,
  });

  app.get('/api/training', (request, reply) =>
    replyWith(reply, async () => {
      const requester = requesterOf(request);
      const query = roomQuery.safeParse(request.query);
      if (!query.success) return refuseInput(query.error);
      const { room } = query.data;
      const [[last], { labelled, wrong, untrained }, setAside] = await readStatus(room);
      const state: TrainingState = {
        training: last === undefined ? null : trainingOf(last, news.latest(room)),
        browsers: rounds.browsers(room),
        untrained,
        setAside,
        labelled: [...labelled],
        wrong: [...wrong],
        mayTrain: mayTrain(requester) && (await mayTeach(request, room)),
        admin: requester.admin,
        mayCancel: last !== undefined && mayTrain(requester) && mayCancel(last, requester),
      };
      return state;
    }),
  );

  async function refusalOfPrice(request: FastifyRequest, wish: z.infer<typeof wishSchema>) {
    if (wish.price === undefined) return undefined;
    if (gateOf(wish.room) === 'house')
      return refuse('invalid', 'The lobby pays no price on MNIST; leave the price out.');
    return (await isHostOf(request, wish.room))
      ? undefined
      : refuse('forbidden', 'Only the host of this room sets what it pays on MNIST.');
  }

  app.post('/api/training', (request, reply) =>
    replyWith(reply, async () => {
      const requester = requesterOf(request);
      if (!mayTrain(requester)) return forbidden();
      const wish = wishSchema.safeParse(request.body);
      if (!wish.success) return refuseInput(wish.error);
      if (!(await mayTeach(request, wish.data.room))) return hostTeaches();
      const refusal = await refusalOfPrice(request, wish.data);
      if (refusal !== undefined) return refusal;
      const retryAfterMs = requester.admin ? 0 : limiters[wish.data.where].take(request.ip);
      if (retryAfterMs > 0)
        return { ...refuse('rate_limited', 'Jobs were asked for too often.'), retryAfterMs };
      const ack =
        wish.data.where === 'browser'
          ? await rounds.join({ ...wish.data, from: senderOf(requester, request.ip) })
          : await runner.request({ ...wish.data, askedBy: requester.author ?? 'somebody' });
      if (ack.ok) void reply.code(202);
      return ack;
    }),
  );

  app.delete<ByJob>('/api/training/:job', takesNothing, (request, reply) =>
    replyWith(reply, async (): Promise<Ack> => {
      const requester = requesterOf(request);
      if (!mayTrain(requester)) return forbidden();
      const job = z.guid().safeParse(request.params.job);
      if (!job.success) return refuseInput(job.error);
      const left = rounds.leave({ job: job.data, from: senderOf(requester, request.ip) });
      return left.ok || left.reason === 'not_yours' ? left : runner.cancel(job.data, requester);
    }),
  );

  app.post<ByJob>('/api/training/:job/progress', (request, reply) =>
    replyWith(reply, async (): Promise<Ack> => {
      const requester = requesterOf(request);
      if (!mayTrain(requester)) return forbidden();
      const from = senderOf(requester, request.ip);
      const retryAfterMs = limiters.progress.take(from.owner);
      if (retryAfterMs > 0)
        return { ...refuse('rate_limited', 'Progress is reported too often.'), retryAfterMs };
      const at = progressSchema.safeParse(request.body);
      if (!at.success) return refuseInput(at.error);
      return rounds.progress({ job: request.params.job, from }, at.data);
    }),
  );

  app.get('/api/training/pack', (request, reply) =>
    replyWith(reply, async () => {
      if (!mayTrain(requesterOf(request))) return forbidden();
      const query = roomQuery.safeParse(request.query);
      if (!query.success) return refuseInput(query.error);
      const bytes = await bigReads.serve(request.ip, async () => {
        const pack = await rounds.pack(query.data.room);
        if ('ok' in pack) return pack;
        void reply.headers({ etag: pack.etag, 'cache-control': 'no-cache' });
        return request.headers['if-none-match'] === pack.etag ? '' : pack.bytes;
      });
      if (bytes === '') return reply.code(304).send();
      if (Buffer.isBuffer(bytes))
        void reply.type('application/octet-stream').header('content-encoding', 'gzip');
      return bytes;
    }),
  );
}
