import { randomInt, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Job } from '../db/jobs.ts';
import { DatabaseUnavailable } from '../db/unavailable.ts';
import type { Ack, RefusedModel, Training } from '../shared/protocol.ts';
import type { Child } from './child.ts';
import { mostJudged, mostLessons, mostPerAuthor, mostRehearsed } from './job-limits.ts';
import { settleCandidate } from './judged.ts';
import { toMessage } from './lesson.ts';
import type { LoadedModel } from './model.ts';
import { refuse } from './refusal.ts';
import { askedByBrowsers } from './round-trial.ts';
import type { Store } from './store.ts';
import type { Assignment, FromTeaching, Outcome, Progress } from './teaching-messages.ts';

export type TeachingProcess = Child<Assignment, FromTeaching>;

export interface TeacherParts {
  store: Store;
  base: LoadedModel;
  spawn(): TeachingProcess;
  /** Tells everybody where the job is. */
  announce(training: Training): void;
  refused(model: RefusedModel): void;
  /** The champion moved. Resolves when every inference process has the new one. */
  promoted(): Promise<void>;
  /** New labels after which a job starts by itself, 0 for never, and the least time between two of them. */
  afterLabels: number;
  pauseMs: number;
  log: Logger;
}

export interface Teacher {
  request(wish: { askedBy: string; samples?: readonly number[] | undefined }): Promise<Ack<{ job: string }>>;
  cancel(job: string): Promise<Ack>;
  /** Takes up a job that waits, here or left behind by a node that died, or begins one when it is time to. */
  look(): Promise<void>;
  close(): void;
}

/** A job takes 15 to 40 s; one that takes longer hangs. */
const deadlineMs = 300_000;
/** A third of the silence after which another node takes a job over, and then some. */
const beatMs = 3_000;
/** Five of the beats of a round's job. */
const abandonedMs = 15_000;

type Teaching =
  | { state: 'idle' }
  | { state: 'preparing'; job: Job }
  | { state: 'running'; job: Job; process: TeachingProcess; timers: NodeJS.Timeout[] };

/** Runs jobs, one at a time in the whole cluster: claims labels, has a process learn them, acts on the verdict. */
export function createTeacher(parts: TeacherParts): Teacher {
  const { store, log } = parts;
  const node = randomUUID();
  let teaching: Teaching = { state: 'idle' };
  let latest: Training | null = null;
  let lastEnd = new Date();
  let looking = false;

  function tell(job: string, progress: Partial<Progress> | { phase: Training['phase']; message?: string }) {
    const last = latest?.job === job ? latest : undefined;
    const empty = { step: 0, steps: 0, loss: null, accuracy: null };
    latest = { ...empty, ...last, job, where: 'server', phase: 'queued', ...progress };
    parts.announce(latest);
  }

  async function end(
    job: Job,
    how: {
      state: 'refused' | 'failed' | 'cancelled';
      message: string;
      verdict?: unknown;
      candidate?: string;
    },
  ) {
    await store.endJob({ job, ...how });
    lastEnd = new Date();
    tell(job.id, { phase: how.state, message: how.message });
  }

  async function begin(job: Job) {
    teaching = { state: 'preparing', job };
    tell(job.id, { phase: 'measuring' });
    const champion = await championModel();
    const claim = await store.claimLessons({
      job,
      limit: mostLessons,
      perAuthor: mostPerAuthor,
      rehearse: mostRehearsed,
    });
    if (claim === 'lost') return settle();
    if (claim.lessons.length === 0) {
      const message =
        claim.heldOut > 0
          ? 'Drawings of held-out people are only tested on, never learned.'
          : 'There is no label that was not learned already.';
      await end(job, { state: 'failed', message });
      return settle();
    }
    const [strangers, corrections] = await Promise.all([
      store.heldOutLessons({ limit: mostJudged, perAuthor: mostPerAuthor }),
      store.noRegressLessons({ limit: mostJudged, perAuthor: mostPerAuthor }),
    ]);
    run(job, champion.version, {
      champion: champion.weights,
      base: champion.version === parts.base.version ? null : parts.base.weights,
      lessons: [...claim.lessons, ...claim.rehearsal].map(toMessage),
      strangers: strangers.map(toMessage),
      corrections: corrections.map(toMessage),
      seed: randomInt(2 ** 31),
    });
  }

  async function championModel() {
    const { version } = (await store.champion()) ?? parts.base;
    const model = await store.loadModel(version);
    if (model === null) throw new Error(`The champion ${version} is not among the models.`);
    return model;
  }

  function run(job: Job, champion: string, assignment: Assignment) {
    const process = parts.spawn();
    const beating = setInterval(() => void beat(job, process), beatMs);
    const deadline = setTimeout(() => {
      log.error({ job: job.id }, 'a teaching process hangs, killing it');
      process.kill();
    }, deadlineMs);
    teaching = { state: 'running', job, process, timers: [beating, deadline] };
    let answered = false;
    process.onMessage(message => {
      if (!isCurrent(process)) return;
      switch (message.type) {
        case 'progress':
          tell(job.id, message.progress);
          return;
        case 'done':
          answered = true;
          void conclude(job, act(job, champion, message.outcome, assignment));
          return;
        case 'failed':
          answered = true;
          log.error({ err: message.error, job: job.id }, 'a teaching process failed');
          void conclude(job, end(job, { state: 'failed', message: message.message }));
          return;
        default:
          message satisfies never;
      }
    });
    process.onExit(how => {
      if (answered || !isCurrent(process)) return;
      void conclude(job, end(job, { state: 'failed', message: `The teaching process ended (${how}).` }));
    });
    process.send(assignment);
  }

  const isCurrent = (process: TeachingProcess) =>
    teaching.state === 'running' && teaching.process === process;

  async function beat(job: Job, process: TeachingProcess) {
    const heard = await store.beat(job).catch(() => 'go_on' as const);
    if (heard === 'go_on' || !isCurrent(process)) return;
    process.kill();
    if (heard === 'cancel') await conclude(job, end(job, { state: 'cancelled', message: 'Cancelled.' }));
    else settle();
  }

  /** What the verdict asks for, and telling it. */
  async function act(job: Job, champion: string, outcome: Outcome, { lessons }: Assignment) {
    const judged = await settleCandidate(store, { job, champion, source: 'server', lessons, outcome });
    lastEnd = new Date();
    switch (judged.kind) {
      case 'promoted':
        await parts.promoted();
        tell(job.id, { phase: 'promoted', message: judged.message });
        return;
      case 'refused': {
        const { version, reason, message, card } = judged;
        tell(job.id, { phase: 'refused', message });
        if (version !== null) parts.refused({ refused: version, reason, message, card });
        return;
      }
      case 'outdated':
        tell(job.id, { phase: 'failed', message: judged.message });
        return;
      default:
        judged satisfies never;
    }
  }

  /** Whatever comes of the last step, this node is free again; a job that could not be ended falls silent and is recovered. */
  async function conclude(job: Job, ending: Promise<void>) {
    const process = teaching.state === 'running' ? teaching.process : undefined;
    try {
      await ending;
    } catch (error) {
      log.error({ err: error, job: job.id }, 'a job could not be concluded');
      tell(job.id, { phase: 'failed', message: 'The result could not be stored.' });
    }
    process?.kill();
    settle();
  }

  function settle() {
    if (teaching.state === 'running') for (const timer of teaching.timers) clearInterval(timer);
    teaching = { state: 'idle' };
  }

  async function seek() {
    const waiting = await store.currentJob();
    if (waiting === null) {
      if (parts.afterLabels === 0 || Date.now() - lastEnd.getTime() < parts.pauseMs) return;
      if ((await store.untrainedLabels({ since: lastEnd })) < parts.afterLabels) return;
      await store.requestJob({ id: randomUUID(), askedBy: 'inkling' });
      return seek();
    }
    if (waiting.askedBy === askedByBrowsers) {
      // A round's own node runs it; one that lost its node cannot be judged any more.
      const sinceMs = Date.now() - (waiting.beatAt ?? waiting.wantedAt).getTime();
      if (sinceMs > abandonedMs) await store.cancelJob(waiting.id);
      return;
    }
    const job = await store.startJob({ id: waiting.id, node });
    if (job === null || teaching.state !== 'idle') return;
    await begin(job).catch(error => conclude(job, Promise.reject(error)));
  }

  async function look() {
    if (looking || teaching.state !== 'idle') return;
    looking = true;
    try {
      await seek();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) log.error({ err: error }, 'jobs could not be looked at');
    } finally {
      looking = false;
    }
  }

  return {
    async request({ askedBy, samples }) {
      const id = randomUUID();
      const queued = await store.requestJob({ id, askedBy, samples });
      if (queued !== 'queued') return refuse('busy', 'It is learning already; wait for it to end.');
      tell(id, { phase: 'queued' });
      void look();
      return { ok: true, value: { job: id } };
    },
    async cancel(job) {
      const done = await store.cancelJob(job);
      if (done === 'unknown') return refuse('not_found', 'No such job is queued or running.');
      if (done === 'cancelled') tell(job, { phase: 'cancelled', message: 'Cancelled.' });
      else if (teaching.state === 'running' && teaching.job.id === job)
        await beat(teaching.job, teaching.process);
      return { ok: true };
    },
    look,
    close() {
      if (teaching.state === 'running') teaching.process.kill();
      settle();
    },
  };
}
