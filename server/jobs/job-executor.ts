import { randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import type { Job } from '../../db/jobs.ts';
import type { Claim } from '../../db/training-samples.ts';
import type { Announcer } from '../core/announcer.ts';
import { every } from '../core/every.ts';
import type { Store } from '../core/store.ts';
import type { LoadedModel } from '../inference/model-files.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';
import {
  type Outcome,
  type Preparation,
  type TrainingAssignment,
  toSampleMessage,
} from '../job-workers/training-worker-messages.ts';
import { watchSilence } from '../process/signs-of-work.ts';
import { applyVerdict, endCancelledJob, type OutcomeStore } from './candidate-outcome.ts';
import { gateOf, maxEvaluated, maxPerAuthor, maxReplayedLabels, maxSamples } from './job-limits.ts';
import { createPreparedProcess, type TrainingProcess } from './prepared-process.ts';
import { digitChanges, type JobReport, taughtBy } from './training-progress.ts';

export interface JobExecutorParts {
  store: OutcomeStore &
    Pick<
      Store,
      'beat' | 'readChampion' | 'claimSamples' | 'readHeldOutSamples' | 'loadModel' | 'readCorrections'
    >;
  base: LoadedModel;
  spawn(): TrainingProcess;
  report: JobReport;
  announcer: Pick<Announcer, 'model'>;
  registry: Pick<ServedModelTracker, 'refresh'>;
  /** A file of the operator's own pen drawings for the house's gate. */
  pensFile?: string | undefined;
  /** The share of the usual steps that a lesson takes, above 0 and up to 1. */
  stepsShare: number;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** A third of the silence after which another node takes a job over, and then some. */
const beatMs = 3_000;

/** One attempt at a job on this node. */
interface Run {
  job: Job;
  process?: TrainingProcess;
  /** Stop the beats, and the process when it hangs. */
  timers: (() => void)[];
}

/** Beats go on while a job is concluded: a slow database must not count as a dead node. */
type Activity =
  | { state: 'idle' }
  | { state: 'preparing'; run: Run }
  | { state: 'running'; run: Run }
  | { state: 'concluding'; run: Run; concluded: Promise<void> };

function whyNothing({ heldOut, setAside }: Claim): string {
  if (setAside > 0)
    return 'The labels contradict what the model surely reads; they are set aside until a host or an admin accepts them.';
  if (heldOut > 0)
    return 'Drawings of held-out people are only tested on, never learned; let somebody else label some too.';
  return 'There is no label that was not learned already; label some drawings first.';
}

/** Runs one job at a time: claims labels, has a process learn them, acts on the verdict. */
export function createJobExecutor(parts: JobExecutorParts) {
  const { store, report, log, after } = parts;
  const prepared = createPreparedProcess(parts);
  let activity: Activity = { state: 'idle' };
  let isStopped = false;

  /** Whether the run has not been concluded. */
  const goesOn = (run: Run) => {
    return (activity.state === 'preparing' || activity.state === 'running') && activity.run === run;
  };

  async function fail(job: Job, message: string) {
    const ended = await store.endJob({ job, state: 'failed', message });
    if (ended === 'ended') report(job, { phase: 'failed', message });
  }

  /** Ends a job that this node may not go on with. */
  async function giveUp(job: Job) {
    const ended = await endCancelledJob(store, { job });
    if (ended.kind === 'cancelled') report(job, { phase: 'cancelled', message: ended.message });
  }

  async function begin(job: Job) {
    const run: Run = { job, timers: [] };
    run.timers.push(every(after, { ms: beatMs, run: () => void beat(run) }));
    activity = { state: 'preparing', run };
    try {
      await prepare(run);
    } catch (error) {
      await conclude(run, () => Promise.reject(error));
    }
  }

  async function prepare(run: Run) {
    const { job } = run;
    report(job, { phase: 'measuring' });
    const champion = await modelOf(await championOf(job.room));
    const claim = await store.claimSamples({
      job,
      limit: maxSamples,
      perAuthor: maxPerAuthor,
      maxReplayed: maxReplayedLabels,
    });
    if (claim === 'lost') return conclude(run, () => giveUp(job));
    if (claim.samples.length === 0) {
      return conclude(run, () => fail(job, whyNothing(claim)));
    }
    const [heldOut, corrections] = await Promise.all([
      store.readHeldOutSamples({ room: job.room, limit: maxEvaluated, perAuthor: maxPerAuthor }),
      store.readCorrections({ room: job.room, limit: maxEvaluated, perAuthor: maxPerAuthor }),
    ]);
    if (!goesOn(run)) return;
    report(job, { taught: taughtBy(claim.samples) });
    train(run, champion.version, {
      type: 'learn',
      ...known(job.room, champion),
      samples: [...claim.samples, ...claim.replayed].map(toSampleMessage),
      heldOut: heldOut.map(toSampleMessage),
      corrections: corrections.map(toSampleMessage),
      ...(job.price !== null && { price: job.price }),
      seed: randomInt(2 ** 31),
      stepsShare: parts.stepsShare,
    });
  }

  /** What a job of the room needs that does not depend on its labels. */
  const known = (room: string, champion: LoadedModel): Preparation => ({
    champion: champion.weights,
    base: champion.version === parts.base.version ? null : parts.base.weights,
    gate: gateOf(room),
    pensFile: parts.pensFile,
  });

  const championOf = async (room: string) => ((await store.readChampion(room)) ?? parts.base).version;

  async function modelOf(version: string) {
    const model = await store.loadModel(version);
    if (model === null) throw new Error(`The champion ${version} is not among the models.`);
    return model;
  }

  function train(run: Run, champion: string, assignment: TrainingAssignment) {
    const { job } = run;
    const process = prepared.take();
    run.process = process;
    const silence = watchSilence({
      after,
      hung() {
        log.error({ job: job.id }, 'a training process hangs, killing it');
        process.kill();
      },
    });
    run.timers.push(silence.stop);
    activity = { state: 'running', run };
    process.onMessage(message => {
      if (!goesOn(run)) return;
      silence.reset();
      switch (message.type) {
        case 'alive':
          return;
        case 'progress':
          report(job, message.progress);
          return;
        case 'done':
          void conclude(run, () => act(job, champion, message.outcome, assignment));
          return;
        case 'failed':
          log.error({ err: message.error, job: job.id }, 'a training process failed');
          void conclude(run, () => fail(job, message.message));
          return;
        default:
          message satisfies never;
      }
    });
    process.onExit(
      how => void conclude(run, () => fail(job, `The training process ended (${how}); teach again.`)),
    );
    process.send(assignment);
  }

  async function beat(run: Run) {
    const answer = await store.beat(run.job).catch(() => 'go_on' as const);
    if (answer === 'go_on' || !goesOn(run)) return;
    await conclude(run, () => giveUp(run.job));
  }

  /** Applies the verdict and reports the result. */
  async function act(job: Job, champion: string, outcome: Outcome, { samples }: TrainingAssignment) {
    const applied = await applyVerdict(store, { job, champion, source: 'server', samples, outcome });
    const digits = digitChanges(outcome);
    switch (applied.kind) {
      case 'promoted':
        await parts.registry.refresh();
        report(job, { phase: 'promoted', message: applied.message, facts: applied.facts, digits });
        return;
      case 'refused': {
        const { version, reason, message, facts, card } = applied;
        report(job, { phase: 'refused', reason, message, facts, digits });
        if (version !== null)
          parts.announcer.model(job.room, { refused: version, reason, message, facts, card });
        return;
      }
      case 'cancelled':
        report(job, { phase: 'cancelled', message: applied.message });
        return;
      case 'outdated':
        report(job, { phase: 'failed', message: applied.message });
        return;
      case 'lost':
        return;
      default:
        applied satisfies never;
    }
  }

  /** This node is free afterwards, even if `ending` fails; a job that could not be ended falls silent and is recovered. */
  function conclude(run: Run, ending: () => Promise<void>): Promise<void> {
    if (!goesOn(run)) return Promise.resolve();
    async function finish() {
      try {
        await ending();
      } catch (error) {
        log.error({ err: error, job: run.job.id }, 'a job could not be concluded');
        report(run.job, {
          phase: 'failed',
          message: 'The result could not be stored; teach again in a minute.',
        });
      }
      end(run);
      activity = { state: 'idle' };
    }
    const { promise: concluded, resolve } = Promise.withResolvers<void>();
    activity = { state: 'concluding', run, concluded };
    void finish().then(resolve);
    return concluded;
  }

  function end({ timers, process }: Run) {
    for (const cancel of timers) cancel();
    process?.kill();
  }

  return {
    isIdle: () => activity.state === 'idle',
    begin,
    /** Has a process start, and read with the room's champion, before a job is asked for. */
    async prepare(room: string) {
      const version = await championOf(room);
      if (isStopped) return;
      const load = async () => known(room, await modelOf(version));
      await prepared.prepare({ version, gate: gateOf(room), load });
    },
    /** Ends the job if it runs here and was cancelled. */
    async check(job: string) {
      if (activity.state !== 'idle' && activity.run.job.id === job) await beat(activity.run);
    },
    /** Ends the training process. Resolves once the job in conclusion is concluded. */
    async stop() {
      isStopped = true;
      prepared.stop();
      if (activity.state === 'idle') return;
      end(activity.run);
      if (activity.state === 'concluding') await activity.concluded;
      else activity = { state: 'idle' };
    },
  };
}
