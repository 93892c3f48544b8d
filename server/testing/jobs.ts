import type { Job, JobRun } from '../../db/jobs.ts';
import type { StoredModel } from '../../db/models.ts';
import type { Claim, TrainingSample } from '../../db/training-samples.ts';
import type { Store } from '../core/store.ts';

/**
 * In-memory implementation of the verbs of jobs, labels and versions, with a clock of its own. jobs.test.ts compares
 * it with the real ones.
 */
export interface FakeSample {
  id: number;
  atMs: number;
  claimedBy: string | null;
  trainedIn: string | null;
}

const silenceMs = 15_000;
const attempts = 2;
const isUnderWay = ({ state }: Job) => state === 'queued' || state === 'running';

export type FakeJobs = ReturnType<typeof createFakeJobs>;

export function createFakeJobs(nowMs: () => number) {
  const jobs = new Map<string, Job>();
  const labels: FakeSample[] = [];
  const models = new Map<string, StoredModel>();
  let champion = 'base-1';
  const at = (ms = nowMs()) => new Date(ms);
  addModel({ version: champion, parent: null, source: 'base', card: { version: champion } });

  function addModel(model: Pick<StoredModel, 'version' | 'parent' | 'source' | 'card'>) {
    if (models.has(model.version)) return false;
    models.set(model.version, { ...model, status: 'candidate', weights: new Uint8Array(1) });
    return true;
  }

  const underWay = () => [...jobs.values()].find(isUnderWay);
  /** Undefined if another runner has the job or it is over. */
  function running({ id, attempt }: JobRun) {
    const job = jobs.get(id);
    return job?.attempt === attempt && job.state === 'running' ? job : undefined;
  }
  const held = (run: JobRun) => {
    const job = running(run);
    return job?.cancelWanted === false ? job : undefined;
  };

  function insert(id: string, askedBy: string) {
    if (jobs.has(id) || underWay() !== undefined) return false;
    jobs.set(id, {
      id,
      state: 'queued',
      askedBy,
      samples: null,
      attempt: 0,
      cancelWanted: false,
      wantedAt: at(),
      startedAt: null,
      beatAt: null,
      endedAt: null,
      node: null,
      message: null,
      candidate: null,
      verdict: null,
    });
    return true;
  }

  function recover(silentMs = silenceMs) {
    for (const job of jobs.values()) {
      if (job.state !== 'running' || (job.beatAt?.getTime() ?? 0) >= nowMs() - silentMs) continue;
      job.state = job.cancelWanted ? 'cancelled' : job.attempt < attempts ? 'queued' : 'failed';
      if (job.state !== 'queued') job.endedAt = at();
      job.message = `The node that ran it (${job.node}) stopped answering.`;
    }
  }

  const verbs = {
    requestJob({ id, askedBy }: { id: string; askedBy: string }) {
      if (insert(id, askedBy) || jobs.has(id)) return 'queued' as const;
      return { busy: underWay()?.id ?? '' };
    },
    requestDueJob({ id, askedBy, except, afterLabels, pauseMs }: Parameters<Store['requestDueJob']>[0]) {
      const before = [...jobs.values()].filter(job => job.startedAt !== null && job.askedBy !== except);
      const last = (dates: (Date | null)[]) => Math.max(...dates.map(date => date?.getTime() ?? -Infinity));
      if (last(before.map(job => job.endedAt)) > nowMs() - pauseMs) return 'not_due' as const;
      const began = last(before.map(job => job.startedAt));
      const fresh = labels.filter(({ trainedIn, atMs }) => trainedIn === null && atMs > began);
      return fresh.length >= afterLabels && insert(id, askedBy) ? ('queued' as const) : ('not_due' as const);
    },
    startJob({ id, node, silentMs }: { id: string; node: string; silentMs?: number }): Job | null {
      recover(silentMs);
      const job = jobs.get(id);
      if (job?.state !== 'queued') return null;
      Object.assign(job, { state: 'running', node, attempt: job.attempt + 1, message: null });
      Object.assign(job, { startedAt: at(), beatAt: at() });
      return { ...job };
    },
    beat(run: JobRun) {
      const job = running(run);
      if (job === undefined) return 'lost' as const;
      job.beatAt = at();
      return job.cancelWanted ? ('cancel' as const) : ('go_on' as const);
    },
    endJob({ job: { id, attempt }, state, message, candidate }: Parameters<Store['endJob']>[0]) {
      const job = jobs.get(id);
      if (job?.attempt !== attempt || (job.state !== 'running' && job.state !== state))
        return 'lost' as const;
      Object.assign(job, { state, message, candidate: candidate ?? null, endedAt: job.endedAt ?? at() });
      return 'ended' as const;
    },
    cancelJob(id: string) {
      const job = jobs.get(id);
      if (job === undefined || !isUnderWay(job)) return 'unknown' as const;
      job.cancelWanted = true;
      if (job.state === 'running') return 'asked' as const;
      Object.assign(job, { state: 'cancelled', endedAt: at() });
      return 'cancelled' as const;
    },
    failSilentJob({ id, silentMs = silenceMs }: { id: string; silentMs?: number }) {
      const job = jobs.get(id);
      if (job === undefined || !isUnderWay(job)) return 'unknown' as const;
      if ((job.beatAt ?? job.wantedAt).getTime() >= nowMs() - silentMs) return 'unknown' as const;
      Object.assign(job, { state: 'failed', endedAt: at() });
      job.message = 'The node that ran it stopped answering.';
      return 'failed' as const;
    },
    currentJob(): Job | null {
      const job = underWay();
      return job === undefined ? null : { ...job };
    },
    /** Newest first. */
    listJobs({ limit }: { limit: number }): Job[] {
      return Array.from(jobs.values(), job => ({ ...job }))
        .sort((one, other) => other.wantedAt.getTime() - one.wantedAt.getTime())
        .slice(0, limit);
    },
    claimSamples({ job: run }: { job: JobRun }): Claim | 'lost' {
      if (held(run) === undefined) return 'lost';
      const free = labels.filter(({ trainedIn }) => trainedIn === null);
      for (const label of labels) if (label.claimedBy === run.id) label.claimedBy = null;
      for (const label of free) label.claimedBy = run.id;
      return { samples: free.map(lessonOf), replayed: [], heldOut: 0 };
    },
    readOpenSamples: () => ({
      samples: labels.filter(({ trainedIn }) => trainedIn === null).map(lessonOf),
      replayed: [],
    }),
    readHeldOutSamples: (): TrainingSample[] => [],
    readCorrections: (): TrainingSample[] => [],
    ensureBase: () => ({ version: champion }),
    champion: () => ({ version: champion }),
    loadModel: (version: string) => models.get(version) ?? null,
    addCandidate: ({ version, parent, source, card }: Parameters<Store['addCandidate']>[0]) =>
      addModel({ version, parent, source, card }) ? ('added' as const) : ('known' as const),
    refuseCandidate: () => 'refused' as const,
    promoteModel({ version, expectedChampion, reason, job: run }: Parameters<Store['promoteModel']>[0]) {
      if (!models.has(version)) return 'unknown' as const;
      const already = champion === version;
      if (!already && champion !== expectedChampion) return 'outdated' as const;
      const job = run && held(run);
      if (run !== undefined && job === undefined)
        return already ? ('promoted' as const) : ('not_running' as const);
      champion = version;
      if (job === undefined) return 'promoted' as const;
      for (const label of labels)
        if (label.claimedBy === job.id) Object.assign(label, { trainedIn: version, claimedBy: null });
      Object.assign(job, { state: 'promoted', candidate: version, message: reason, endedAt: at() });
      return 'promoted' as const;
    },
  };

  return {
    verbs,
    jobs: () => [...jobs.values()],
    labels: () => labels,
    champion: () => champion,
    /** Adds a label. */
    label: () => void labels.push({ id: labels.length + 1, atMs: nowMs(), claimedBy: null, trainedIn: null }),
  };
}

const lessonOf = ({ id }: FakeSample): TrainingSample => ({
  id,
  drawing: `drawing ${id}`,
  author: 'ada',
  strokes: [[1, 2, 3, 4]],
  raster: new Uint8Array(784),
  digit: 1,
  guess: 7,
});
