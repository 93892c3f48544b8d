import type { Job, JobRun } from '../../db/jobs.ts';
import type { StoredModel } from '../../db/models.ts';
import { house } from '../../db/rooms.ts';
import type { Claim, TrainingSample } from '../../db/training-samples.ts';
import type { Store } from '../core/store.ts';

/**
 * In-memory implementation of the verbs of jobs, labels and versions, with a clock of its own. jobs.test.ts compares
 * it with the real ones.
 */
export interface FakeSample {
  id: number;
  room: string;
  atMs: number;
  claimedBy: string | null;
  trainedIn: string | null;
  /** Whether the room's champion or one of its ancestors learned it. */
  isTrained: boolean;
}

const silenceMs = 15_000;
const attempts = 2;
const isUnderWay = ({ state }: Job) => state === 'queued' || state === 'running';

type DueJob = Parameters<Store['requestDueJob']>[0];

export type FakeJobs = ReturnType<typeof createFakeJobs>;

export function createFakeJobs(nowMs: () => number) {
  const jobs = new Map<string, Job>();
  const labels: FakeSample[] = [];
  const models = new Map<string, StoredModel>();
  const champions = new Map([[house, 'base-1']]);
  const at = (ms = nowMs()) => new Date(ms);
  addModel({ version: 'base-1', parent: null, source: 'base', room: house, card: { version: 'base-1' } });

  /** Its own, or else the house's. */
  const championOf = (room: string) => champions.get(room) ?? champions.get(house) ?? '';

  function addModel(model: Pick<StoredModel, 'version' | 'parent' | 'source' | 'room' | 'card'>) {
    if (models.has(model.version)) return false;
    models.set(model.version, { ...model, status: 'candidate', weights: new Uint8Array(1) });
    return true;
  }

  /** The version and those that it was trained from. */
  function lineOf(version: string): string[] {
    const parent = models.get(version)?.parent ?? null;
    return [version, ...(parent === null ? [] : lineOf(parent))];
  }

  const underWay = (room: string) => [...jobs.values()].find(job => job.room === room && isUnderWay(job));
  const openLabels = (room: string) => labels.filter(label => label.room === room && !label.isTrained);
  /** Another runner's attempt, or over. */
  function running({ id, attempt }: JobRun) {
    const job = jobs.get(id);
    return job?.attempt === attempt && job.state === 'running' ? job : undefined;
  }
  const held = (run: JobRun) => {
    const job = running(run);
    return job?.cancelWanted === false ? job : undefined;
  };

  function insert({ id, room, askedBy }: Pick<Job, 'id' | 'room' | 'askedBy'>) {
    if (jobs.has(id) || underWay(room) !== undefined) return false;
    jobs.set(id, {
      id,
      room,
      state: 'queued',
      askedBy,
      samples: null,
      price: null,
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
    const recovered: Job[] = [];
    for (const job of jobs.values()) {
      if (job.state !== 'running' || (job.beatAt?.getTime() ?? 0) >= nowMs() - silentMs) continue;
      job.state = job.cancelWanted ? 'cancelled' : job.attempt < attempts ? 'queued' : 'failed';
      if (job.state !== 'queued') job.endedAt = at();
      job.message = `The node that ran it (${job.node}) stopped answering.`;
      recovered.push({ ...job });
    }
    return recovered;
  }

  /** Whether labels make a job of the room due, and how long the oldest of them has waited. */
  function dueIn(
    room: string,
    { except, afterLabels, pauseMs }: Pick<DueJob, 'except' | 'afterLabels' | 'pauseMs'>,
  ): { room: string; sinceMs: number } | undefined {
    const before = [...jobs.values()].filter(
      job => job.room === room && job.startedAt !== null && job.askedBy !== except,
    );
    const last = (dates: (Date | null)[]) => Math.max(...dates.map(date => date?.getTime() ?? -Infinity));
    if (underWay(room) !== undefined || last(before.map(job => job.endedAt)) > nowMs() - pauseMs)
      return undefined;
    const began = last(before.map(job => job.startedAt));
    const fresh = openLabels(room).filter(({ atMs }) => atMs > began);
    if (fresh.length === 0 || fresh.length < afterLabels) return undefined;
    return { room, sinceMs: Math.min(...fresh.map(({ atMs }) => atMs)) };
  }

  const verbs = {
    requestJob(wish: { id: string; room: string; askedBy: string }) {
      if (insert(wish) || jobs.has(wish.id)) return 'queued' as const;
      return { busy: underWay(wish.room)?.id ?? '' };
    },
    requestDueJob({ id, askedBy, ...due }: DueJob) {
      const [oldest] = [...new Set(labels.map(({ room }) => room))]
        .flatMap(room => dueIn(room, due) ?? [])
        .sort((one, other) => one.sinceMs - other.sinceMs);
      if (oldest === undefined) return 'not_due' as const;
      return insert({ id, room: oldest.room, askedBy }) ? ('queued' as const) : ('not_due' as const);
    },
    startJob({ id, node }: { id: string; node: string }): Job | null {
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
    recoverJobs: ({ silentMs }: { silentMs?: number | undefined } = {}) => recover(silentMs),
    failSilentJobs({ askedBy, silentMs = silenceMs }: { askedBy: string; silentMs?: number }) {
      const silent = [...jobs.values()].filter(
        job =>
          job.askedBy === askedBy &&
          isUnderWay(job) &&
          (job.beatAt ?? job.wantedAt).getTime() < nowMs() - silentMs,
      );
      const message = 'The node that ran it stopped answering.';
      return silent.map(job => ({ ...Object.assign(job, { state: 'failed', endedAt: at(), message }) }));
    },
    findJob(id: string): Job | null {
      const job = jobs.get(id);
      return job === undefined || !isUnderWay(job) ? null : { ...job };
    },
    currentJob(room: string): Job | null {
      const job = underWay(room);
      return job === undefined ? null : { ...job };
    },
    nextJob({ except }: { except: string }): Job | null {
      const [first] = [...jobs.values()]
        .filter(({ state, askedBy }) => state === 'queued' && askedBy !== except)
        .sort(longestWaiting);
      return first === undefined ? null : { ...first };
    },
    /** Newest first. */
    listJobs({ room, limit }: { room: string; limit: number }): Job[] {
      return Array.from(jobs.values(), job => ({ ...job }))
        .filter(job => job.room === room)
        .sort((one, other) => other.wantedAt.getTime() - one.wantedAt.getTime())
        .slice(0, limit);
    },
    claimSamples({ job: run }: { job: JobRun }): Claim | 'lost' {
      const job = held(run);
      if (job === undefined) return 'lost';
      const free = openLabels(job.room);
      for (const label of labels) if (label.claimedBy === run.id) label.claimedBy = null;
      for (const label of free) label.claimedBy = run.id;
      return { samples: free.map(sampleOf), replayed: [], heldOut: 0, setAside: 0 };
    },
    readOpenSamples: ({ room }: { room: string }) => ({
      samples: openLabels(room).map(sampleOf),
      replayed: [],
    }),
    readHeldOutSamples: (): TrainingSample[] => [],
    readCorrections: (): TrainingSample[] => [],
    ensureBase: () => ({ version: championOf(house) }),
    readChampion: (room: string) => ({ version: championOf(room) }),
    listChampions: (): ReadonlyMap<string, string> => new Map(champions),
    loadModel: (version: string) => models.get(version) ?? null,
    addCandidate: ({ version, parent, source, room, card }: Parameters<Store['addCandidate']>[0]) =>
      addModel({ version, parent, source, room, card }) ? ('added' as const) : ('known' as const),
    refuseCandidate: () => 'refused' as const,
    promoteModel(promotion: Parameters<Store['promoteModel']>[0]) {
      const { room, version, expectedChampion, reason, job: run } = promotion;
      if (!models.has(version)) return 'unknown' as const;
      const already = championOf(room) === version;
      if (!already && championOf(room) !== expectedChampion) return 'outdated' as const;
      const job = run && held(run);
      if (run !== undefined && job === undefined)
        return already ? ('promoted' as const) : ('not_running' as const);
      if (!already) champions.set(room, version);
      if (job === undefined) return 'promoted' as const;
      for (const label of labels)
        if (label.claimedBy === job.id)
          Object.assign(label, { trainedIn: version, isTrained: true, claimedBy: null });
      Object.assign(job, { state: 'promoted', candidate: version, message: reason, endedAt: at() });
      return 'promoted' as const;
    },
    followHouse({ room }: { room: string }) {
      if (room === house || !champions.delete(room)) return 'unknown' as const;
      const version = championOf(house);
      const learned = lineOf(version);
      for (const label of labels) {
        if (label.room !== room || label.trainedIn === null) continue;
        const isTrained = learned.includes(label.trainedIn);
        if (isTrained !== label.isTrained) Object.assign(label, { isTrained, claimedBy: null });
      }
      return { version };
    },
  };

  return {
    verbs,
    jobs: () => [...jobs.values()],
    labels: () => labels,
    /** The version that predicts in the room. */
    champion: championOf,
    /** A person in the room labels a drawing. */
    label(room: string) {
      const id = labels.length + 1;
      labels.push({ id, room, atMs: nowMs(), claimedBy: null, trainedIn: null, isTrained: false });
    },
  };
}

/** Of the same millisecond, by id as in the database. */
const longestWaiting = (one: Job, other: Job) =>
  one.wantedAt.getTime() - other.wantedAt.getTime() || (one.id < other.id ? -1 : 1);

const sampleOf = ({ id }: FakeSample): TrainingSample => ({
  id,
  drawing: `drawing ${id}`,
  author: 'ada',
  strokes: [[1, 2, 3, 4]],
  raster: new Uint8Array(784),
  digit: 1,
  guess: 7,
  accepted: false,
});
