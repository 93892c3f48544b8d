import { createHash } from 'node:crypto';
import type { Job } from '../db/jobs.ts';
import type { ModelCard } from '../shared/protocol.ts';
import type { Store } from './store.ts';
import type { LessonMessage, Outcome } from './teaching-messages.ts';

/** What became of a candidate: the champion now, refused, or held against one that is champion no longer. */
export type Judged =
  | { kind: 'promoted'; version: string; message: string }
  | { kind: 'refused'; version: string | null; reason: string; message: string; card: ModelCard }
  | { kind: 'outdated'; message: string };

export interface Trial {
  job: Job;
  /** The version the candidate was trained from and held against. */
  champion: string;
  source: 'server' | 'browser';
  lessons: readonly LessonMessage[];
  outcome: Outcome;
  /** More to tell on the candidate's card. */
  details?: Record<string, unknown>;
}

/** Does what the verdict asks for: keeps the candidate with it, promotes it or not, and ends the job. */
export async function settleCandidate(store: Store, trial: Trial): Promise<Judged> {
  const { job, champion, source, lessons, outcome } = trial;
  const { verdict, before, candidate } = outcome;
  const view = { ...verdict, before: before.sets, ...(candidate && { after: candidate.after.sets }) };
  const reason = verdict.kind === 'refused' ? verdict.reason : '';
  const { message } = verdict;
  if (candidate === undefined) {
    await store.endJob({ job, state: 'refused', message, verdict: view });
    return { kind: 'refused', version: null, reason, message, card: { version: champion } };
  }
  const { mnist, strangers } = candidate.after.sets;
  const hash = createHash('sha256').update(candidate.weights).digest('hex');
  const version = `${source === 'browser' ? 'browser' : 'taught'}-${hash.slice(0, 8)}`;
  const card = {
    version,
    parent: champion,
    date: new Date().toISOString(),
    lessons: lessons.length,
    authors: new Set(lessons.map(({ author }) => author)).size,
    mnistHoldOutAccuracy: mnist.accuracy,
    ...(strangers.count > 0 && { strangersAccuracy: strangers.accuracy }),
    ...trial.details,
    message,
  };
  await store.addCandidate({ version, card, weights: candidate.weights, parent: champion, source });
  if (verdict.kind === 'refused') {
    await store.refuseCandidate({ version, verdict: view });
    await store.endJob({ job, state: 'refused', message, verdict: view, candidate: version });
    return { kind: 'refused', version, reason, message, card };
  }
  const done = await store.promoteModel({
    version,
    expectedChampion: champion,
    by: 'the gate',
    reason: message,
    verdict: view,
    job,
  });
  if (done === 'promoted') return { kind: 'promoted', version, message };
  const outdated = 'Another version was promoted meanwhile; teach again to build on that one.';
  await store.endJob({ job, state: 'failed', message: outdated, candidate: version });
  return { kind: 'outdated', message: outdated };
}
