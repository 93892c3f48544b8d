import type { Job } from '../../db/jobs.ts';
import type { DigitChange, Training, TrainingPhase } from '../../shared/training-protocol.ts';
import type { Announcer } from '../core/announcer.ts';
import type { Store } from '../core/store.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';
import type { Outcome } from '../job-workers/training-worker-messages.ts';

export interface TrainingProgressParts {
  store: Pick<Store, 'listJobs'>;
  announcer: Pick<Announcer, 'training'>;
  registry: Pick<ServedModelTracker, 'refresh'>;
  /** The other nodes. */
  cluster: {
    publishTraining(room: string, training: Training): void;
    onTraining(listener: (room: string, training: Training) => void): void;
  };
}

export type TrainingProgress = ReturnType<typeof createTrainingProgress>;
export type JobReport = ReturnType<typeof createJobReport>;

/** A room's jobs are one at a time; the job that ended last is among the newest few. */
const recentJobs = 5;
/** Rooms whose last job is remembered: a status names it while it is news. */
const maxRooms = 1_000;

const isOver = (phase: TrainingPhase | Job['state']) =>
  phase === 'promoted' || phase === 'refused' || phase === 'failed' || phase === 'cancelled';

/**
 * Announces jobs of all nodes to people. Messages between nodes may be lost, late or doubled: the
 * database decides how a job ended.
 */
export function createTrainingProgress({ store, announcer, registry, cluster }: TrainingProgressParts) {
  /** The newest message about a job of the server, by room; `isConfirmed`: its end was compared with the database. */
  const latest = new Map<string, { training: Training; isConfirmed: boolean }>();

  function receive(room: string, training: Training) {
    if (training.where === 'server') {
      const known = latest.get(room);
      // A late message: the database knows the end of this job already.
      if (known?.isConfirmed && known.training.job === training.job) return;
      latest.delete(room);
      latest.set(room, { training, isConfirmed: false });
      for (const oldest of latest.keys()) {
        if (latest.size <= maxRooms) break;
        latest.delete(oldest);
      }
    }
    announcer.training(room, training);
  }

  /** A promotion on another node is announced once its version is served here, too. */
  cluster.onTraining((room, training) => {
    if (training.phase !== 'promoted') receive(room, training);
    else void registry.refresh().then(() => receive(room, training));
  });

  async function confirmIn(room: string, entry: { training: Training; isConfirmed: boolean }) {
    const jobs = await store.listJobs({ room, limit: recentJobs });
    const job = jobs.find(({ id }) => id === entry.training.job);
    if (job === undefined || !isOver(job.state)) return;
    const ended = trainingOf(job, entry.training);
    if (ended.phase === 'promoted') await registry.refresh();
    const now = latest.get(room);
    if (now?.training.job !== job.id) return;
    if (now.training.phase !== ended.phase) receive(room, ended);
    const last = latest.get(room);
    if (last !== undefined) last.isConfirmed = true;
  }

  return {
    latest: (room: string) => latest.get(room)?.training ?? null,
    announce(room: string, training: Training) {
      receive(room, training);
      cluster.publishTraining(room, training);
    },
    /** Compares the last known job of each room with the database, until it is over there. */
    async confirm(): Promise<void> {
      for (const [room, entry] of [...latest]) if (!entry.isConfirmed) await confirmIn(room, entry);
    },
  };
}

/** Announces a change of a job of the server, on top of what is known of it. */
export function createJobReport(news: Pick<TrainingProgress, 'announce' | 'latest'>) {
  return (
    { id: job, room }: Pick<Job, 'id' | 'room'>,
    progress: Partial<Omit<Training, 'job' | 'where'>>,
  ) => {
    const latest = news.latest(room);
    const last = latest?.job === job ? latest : undefined;
    const empty = { phase: 'queued' as const, step: 0, steps: 0, loss: null, accuracy: null };
    news.announce(room, { ...empty, ...last, job, where: 'server', ...progress });
  };
}

/** The newest message about the job; for a job that is over, its state in the database. */
export function trainingOf(job: Job, seen: Training | null): Training {
  const phase = job.state === 'running' ? 'training' : job.state;
  const known = seen?.job === job.id ? seen : undefined;
  if (known !== undefined && (known.phase === phase || !isOver(job.state))) return known;
  const nothing = { step: 0, steps: 0, loss: null, accuracy: null };
  const message = job.message === null ? {} : { message: job.message };
  return { ...nothing, ...known, job: job.id, where: 'server', phase, ...message };
}

/** Announced count of the samples that a job learns, and of their authors. */
export const taughtBy = (samples: readonly { author: string }[]): Required<Training>['taught'] => ({
  drawings: samples.length,
  people: new Set(samples.map(({ author }) => author)).size,
});

/** The samples of the job read right by digit, before and after; empty where no candidate was evaluated. */
export function digitChanges({ before, candidate }: Pick<Outcome, 'before' | 'candidate'>): DigitChange[] {
  if (candidate === undefined) return [];
  const after = candidate.after.sets.lessons.confusion;
  return before.sets.lessons.confusion
    .map((row, digit) => ({
      digit,
      count: row.reduce((sum, count) => sum + count, 0),
      before: row[digit],
      after: after[digit][digit],
    }))
    .filter(({ count }) => count > 0);
}
