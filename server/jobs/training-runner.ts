import { randomUUID } from 'node:crypto';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { Job } from '../../db/jobs.ts';
import type { Requester } from '../../db/sample-edits.ts';
import type { Ack } from '../../shared/ack.ts';
import { createTimer } from '../core/every.ts';
import { refuse } from '../core/refusal.ts';
import type { Store } from '../core/store.ts';
import { createJobExecutor, type JobExecutorParts } from './job-executor.ts';
import { askedByBrowsers } from './round-evaluation.ts';
import { createJobReport, type TrainingProgress } from './training-progress.ts';

export interface TrainingRunnerParts extends Omit<JobExecutorParts, 'store' | 'report'> {
  store: JobExecutorParts['store'] &
    Pick<
      Store,
      | 'cancelJob'
      | 'failSilentJobs'
      | 'findJob'
      | 'nextJob'
      | 'recoverJobs'
      | 'requestDueJob'
      | 'requestJob'
      | 'startJob'
    >;
  news: Pick<TrainingProgress, 'announce' | 'confirm' | 'latest'>;
  /** New labels after which a job starts by itself, 0 for never, and the least time between two of them. */
  afterLabels: number;
  pauseMs: number;
}

export interface TrainingRunner {
  request(wish: {
    room: string;
    askedBy: string;
    samples?: readonly number[] | undefined;
    /** The price on MNIST that the room's host allows, 0…1. */
    price?: number | undefined;
  }): Promise<Ack<{ job: string }>>;
  /** Only the requester of the job and admins may cancel it. */
  cancel(job: string, requester: Requester): Promise<Ack>;
  /** A drawing of the room was labelled: with some more, its lesson is prepared. */
  labelled(room: string): void;
  /** Starts a waiting job, also one of a node that died, or requests one when it is due. */
  poll(): Promise<void>;
  /** Polls from now on. */
  start(): void;
  /** Ends the training process. Resolves once the job in conclusion is concluded. */
  stop(): Promise<void>;
}

const pollMs = 1_000;

/** Each time a room has this many new labels its lesson is prepared: a visitor's one or two are seldom taught. */
const preparedEach = 4;

const maxCounted = 1_000; // rooms whose labels are counted

/** The requester of a job and admins may cancel it. */
export const mayCancel = ({ askedBy }: Pick<Job, 'askedBy'>, { author, admin }: Requester) =>
  admin || (author !== null && askedBy === author);

/** Takes requests for jobs and starts the next one, one at a time in the whole cluster. */
export function createTrainingRunner(parts: TrainingRunnerParts): TrainingRunner {
  const { store, log, after } = parts;
  const node = randomUUID();
  const report = createJobReport(parts.news);
  const executor = createJobExecutor({ ...parts, report });
  let isPolling = false;
  let closed = false;
  /** Labels by room since its last job here. */
  const labels = new Map<string, number>();

  async function seek() {
    await parts.news.confirm();
    // A round's own node evaluates it; a round that lost its node cannot be evaluated any more.
    await store.failSilentJobs({ askedBy: askedByBrowsers });
    await store.recoverJobs({});
    let waiting = await store.nextJob({ except: askedByBrowsers });
    if (waiting === null && parts.afterLabels > 0) {
      const { afterLabels, pauseMs } = parts;
      const due = { id: randomUUID(), askedBy: 'inkling', except: askedByBrowsers, afterLabels, pauseMs };
      if ((await store.requestDueJob(due)) === 'queued')
        waiting = await store.nextJob({ except: askedByBrowsers });
    }
    if (waiting === null) return;
    const job = await store.startJob({ id: waiting.id, node });
    if (job === null) return;
    labels.delete(job.room);
    // Closed meanwhile: the job falls silent, and another node takes it up.
    if (!closed) await executor.begin(job);
  }

  async function poll() {
    if (isPolling || closed || !executor.isIdle()) return;
    isPolling = true;
    try {
      await seek();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable))
        log.error({ err: error }, 'polling for jobs failed; will retry');
    } finally {
      isPolling = false;
    }
  }

  const polling = createTimer(after, { ms: pollMs, run: () => void poll() });

  return {
    async request({ room, askedBy, samples, price }) {
      const id = randomUUID();
      const queued = await store.requestJob({ id, room, askedBy, samples, price });
      if (queued !== 'queued')
        return refuse('busy', {
          code: 'already_learning',
          message: 'It is learning already; wait for it to end.',
        });
      report({ id, room }, { phase: 'queued' });
      void poll();
      return { ok: true, value: { job: id } };
    },
    async cancel(job, requester) {
      const current = await store.findJob(job);
      if (current === null)
        return refuse('not_found', { code: 'no_lesson', message: 'No such job is queued or running.' });
      if (!mayCancel(current, requester))
        return refuse('not_yours', {
          code: 'admin_only',
          message: 'Only who started this job, or an admin, may cancel it.',
        });
      const done = await store.cancelJob(job);
      if (done === 'unknown')
        return refuse('not_found', { code: 'no_lesson', message: 'No such job is queued or running.' });
      if (done === 'cancelled') report(current, { phase: 'cancelled', message: 'Cancelled.' });
      else await executor.check(job);
      return { ok: true };
    },
    labelled(room) {
      if (!labels.has(room) && labels.size >= maxCounted) labels.clear();
      const count = (labels.get(room) ?? 0) + 1;
      labels.set(room, count);
      if (count % preparedEach > 0 || closed || !executor.isIdle()) return;
      executor.prepare(room).catch(error => {
        if (!(error instanceof DatabaseUnavailable))
          log.warn({ err: error }, 'a lesson could not be prepared');
      });
    },
    poll,
    start: polling.start,
    async stop() {
      closed = true;
      polling.stop();
      await executor.stop();
    },
  };
}
