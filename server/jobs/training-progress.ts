import type { Job } from '../../db/jobs.ts';
import type { Training, TrainingPhase } from '../../shared/protocol.ts';
import type { Announcer } from '../core/announcer.ts';
import type { Store } from '../core/store.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';

export interface TrainingProgressParts {
  store: Pick<Store, 'listJobs'>;
  announcer: Pick<Announcer, 'training'>;
  registry: Pick<ServedModelTracker, 'refresh'>;
  /** The other nodes. */
  cluster: {
    publishTraining(training: Training): void;
    onTraining(listener: (training: Training) => void): void;
  };
}

export type TrainingProgress = ReturnType<typeof createTrainingProgress>;

/** Jobs are one at a time; the job that ended last is among the newest few. */
const recentJobs = 5;

const isOver = (phase: TrainingPhase | Job['state']) =>
  phase === 'promoted' || phase === 'refused' || phase === 'failed' || phase === 'cancelled';

/**
 * What people are told of jobs, whichever node runs them. Messages between nodes may be lost, late or doubled: the
 * database has the last word on how a job ended.
 */
export function createTrainingProgress({ store, announcer, registry, cluster }: TrainingProgressParts) {
  /** The newest message about a job of the server. */
  let latest: Training | null = null;
  /** The job whose end was compared with the database. */
  let confirmed: string | null = null;

  function hear(training: Training) {
    if (training.where === 'server') {
      // A late message: the database knows the end of this job already.
      if (training.job === confirmed) return;
      latest = training;
    }
    announcer.training(training);
  }

  /** A promotion on another node is announced once its version is served here, too. */
  cluster.onTraining(training => {
    if (training.phase !== 'promoted') hear(training);
    else void registry.refresh().then(() => hear(training));
  });

  return {
    latest: () => latest,
    announce(training: Training) {
      hear(training);
      cluster.publishTraining(training);
    },
    /** Compares the last job heard of with the database, once it is not the one under way. */
    async confirm(underWay: Pick<Job, 'id'> | null): Promise<void> {
      const last = latest;
      if (last === null || last.job === confirmed || last.job === underWay?.id) return;
      const job = (await store.listJobs({ limit: recentJobs })).find(({ id }) => id === last.job);
      if (job === undefined || !isOver(job.state)) return;
      const ended = trainingOf(job, latest);
      if (ended.phase === 'promoted') await registry.refresh();
      if (latest?.job === job.id && latest.phase !== ended.phase) hear(ended);
      confirmed = job.id;
    },
  };
}

/** What this node heard of the job; of a job that is over, what the database knows. */
export function trainingOf(job: Job, seen: Training | null): Training {
  const phase = job.state === 'running' ? 'training' : job.state;
  const known = seen?.job === job.id ? seen : undefined;
  if (known !== undefined && (known.phase === phase || !isOver(job.state))) return known;
  const nothing = { step: 0, steps: 0, loss: null, accuracy: null };
  const message = job.message === null ? {} : { message: job.message };
  return { ...nothing, ...known, job: job.id, where: 'server', phase, ...message };
}
