import { createHash } from 'node:crypto';
import type { Job } from '../../db/jobs.ts';
import type { ModelCard, VerdictFacts } from '../../shared/training-protocol.ts';
import type { Store } from '../core/store.ts';
import type { Outcome, SampleMessage } from '../job-workers/training-worker-messages.ts';

/**
 * Outcome of a candidate: promoted, refused, or compared with a version that is no longer the champion. `cancelled`:
 * the job was cancelled meanwhile. `lost`: the job belongs to another runner.
 */
export type CandidateOutcome =
  | { kind: 'promoted'; version: string; message: string; facts: VerdictFacts | undefined }
  | {
      kind: 'refused';
      version: string | null;
      reason: string;
      message: string;
      facts: VerdictFacts | undefined;
      card: ModelCard;
    }
  | { kind: 'outdated'; message: string }
  | { kind: 'cancelled'; message: string }
  | { kind: 'lost' };

export type OutcomeStore = Pick<Store, 'endJob' | 'addCandidate' | 'refuseCandidate' | 'promoteModel'>;

export interface EvaluatedCandidate {
  job: Job;
  /** The version that the candidate was trained from and compared with. */
  champion: string;
  source: 'server' | 'browser';
  samples: readonly SampleMessage[];
  outcome: Outcome;
  /** Further fields of the candidate's card. */
  details?: Record<string, unknown>;
}

const cancelledMessage = 'Cancelled.';

/** Applies the verdict: stores it, promotes the candidate or not, and ends the job. */
export async function applyVerdict(
  store: OutcomeStore,
  evaluated: EvaluatedCandidate,
): Promise<CandidateOutcome> {
  const { job, champion, source, samples, outcome } = evaluated;
  const { verdict, before, candidate } = outcome;
  const view = { ...verdict, before: before.sets, ...(candidate && { after: candidate.after.sets }) };
  const reason = verdict.kind === 'refused' ? verdict.reason : '';
  const { message, facts } = verdict;
  if (candidate === undefined) {
    const ended = await store.endJob({ job, state: 'refused', message, verdict: view });
    if (ended === 'lost') return { kind: 'lost' };
    return { kind: 'refused', version: null, reason, message, facts, card: { version: champion } };
  }
  const { mnist, strangers } = candidate.after.sets;
  const hash = createHash('sha256').update(candidate.weights).digest('hex');
  const version = `${source === 'browser' ? 'browser' : 'taught'}-${hash.slice(0, 8)}`;
  const card = {
    version,
    parent: champion,
    date: new Date().toISOString(),
    lessons: samples.length,
    authors: new Set(samples.map(({ author }) => author)).size,
    mnistHoldOutAccuracy: mnist.accuracy,
    ...(strangers.count > 0 && { strangersAccuracy: strangers.accuracy }),
    ...evaluated.details,
    message,
  };
  await store.addCandidate({
    version,
    card,
    weights: candidate.weights,
    parent: champion,
    source,
    room: job.room,
  });
  if (verdict.kind === 'refused') {
    await store.refuseCandidate({ version, verdict: view });
    const ended = await store.endJob({ job, state: 'refused', message, verdict: view, candidate: version });
    if (ended === 'lost') return { kind: 'lost' };
    return { kind: 'refused', version, reason, message, facts, card };
  }
  const done = await store.promoteModel({
    room: job.room,
    version,
    expectedChampion: champion,
    by: 'the gate',
    reason: message,
    verdict: view,
    job,
  });
  if (done === 'promoted') return { kind: 'promoted', version, message, facts };
  // The job then runs only if its cancellation was requested.
  if (done === 'not_running') return endCancelledJob(store, { job, candidate: version });
  const outdated = 'Another version was promoted meanwhile; teach again to build on that one.';
  const ended = await store.endJob({ job, state: 'failed', message: outdated, candidate: version });
  return ended === 'lost' ? { kind: 'lost' } : { kind: 'outdated', message: outdated };
}

/** Ends a job that its runner may not continue: cancelled if requested, else another runner's. */
export async function endCancelledJob(
  store: Pick<Store, 'endJob'>,
  { job, candidate }: { job: Job; candidate?: string },
): Promise<Extract<CandidateOutcome, { kind: 'cancelled' | 'lost' }>> {
  const ended = await store.endJob({
    job,
    state: 'cancelled',
    message: cancelledMessage,
    ...(candidate && { candidate }),
  });
  return ended === 'lost' ? { kind: 'lost' } : { kind: 'cancelled', message: cancelledMessage };
}
