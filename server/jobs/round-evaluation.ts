import { randomUUID } from 'node:crypto';
import type { Job } from '../../db/jobs.ts';
import type { TrainingSample } from '../../db/training-samples.ts';
import type { Ack } from '../../shared/ack.ts';
import type { Contribution } from '../../shared/http-api.ts';
import type { Announcer } from '../core/announcer.ts';
import { every } from '../core/every.ts';
import { refuse } from '../core/refusal.ts';
import type { Store } from '../core/store.ts';
import type { LoadedModel } from '../inference/model-files.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';
import { toSampleMessage } from '../job-workers/training-worker-messages.ts';
import { applyVerdict, endCancelledJob, type OutcomeStore } from './candidate-outcome.ts';
import type { Evaluator } from './evaluator.ts';
import { gateOf, maxEvaluated, maxPerAuthor, maxSamples } from './job-limits.ts';
import { digitChanges } from './training-progress.ts';

/** A round that is complete. */
export interface RoundToEvaluate {
  room: string;
  base: string;
  weights: Uint8Array;
  /** Not learned yet; `samples` holds these and the replayed ones. */
  fresh: readonly TrainingSample[];
  samples: readonly TrainingSample[];
  uploads: readonly { bytes: Uint8Array; device: string | undefined }[];
  /** What the room's host lets it pay on MNIST, 0…1; absent for the usual price. */
  price?: number | undefined;
}

export interface RoundEvaluationParts {
  store: OutcomeStore &
    Pick<
      Store,
      'requestJob' | 'startJob' | 'beat' | 'claimSamples' | 'readHeldOutSamples' | 'readCorrections'
    >;
  base: LoadedModel;
  /** A file of the operator's own pen drawings for the house's gate. */
  pensFile?: string | undefined;
  registry: Pick<ServedModelTracker, 'model' | 'refresh'>;
  evaluator: Pick<Evaluator, 'evaluate'>;
  announcer: Pick<Announcer, 'model'>;
  wait(ms: number): Promise<void>;
  /** Aborted when the server takes no more work. */
  stopping: AbortSignal;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** `askedBy` value of federated-round jobs; training runners ignore these jobs. */
export const askedByBrowsers = 'browsers';

export const outdated = () =>
  refuse('outdated', {
    code: 'version_changed',
    message: 'Another version answers by now; start again from that one.',
  });

export const stoppingNow = () =>
  refuse('unavailable', 'The server is stopping; upload again when it is back.');

const lost = () => refuse('unavailable', 'The round was judged for too long; upload again.');
const cancelled = () => refuse('refused', 'Somebody cancelled the round.');

/** A third of the silence after which a job counts as abandoned. */
const beatMs = 3_000;
/** A job of the server takes 10 to 60 s; uploads of browsers wait for it. */
const turns = 180;
const turnMs = 1_000;

/** Takes a round from uploads to verdict: one job of the cluster, like the server's own. */
export function createRoundEvaluation(parts: RoundEvaluationParts) {
  const { store, base, registry, evaluator, announcer, wait, stopping, after } = parts;

  /** Starts the round's job if no other one is under way. */
  async function takeTurn(closing: RoundToEvaluate): Promise<Job | Ack<Contribution>> {
    const id = randomUUID();
    const samples = closing.fresh.map(sample => sample.id);
    for (let turn = 0; turn < turns; turn++) {
      if (stopping.aborted) return stoppingNow();
      if (registry.model(closing.room).version !== closing.base) return outdated();
      const { room, price } = closing;
      const queued = await store.requestJob({ id, room, askedBy: askedByBrowsers, samples, price });
      if (queued === 'queued') return (await store.startJob({ id, node: 'rounds' })) ?? cancelled();
      await wait(turnMs);
    }
    return refuse('busy', {
      code: 'already_learning',
      message: 'The server is learning already; upload again when it is done.',
    });
  }

  async function evaluateAs(job: Job, closing: RoundToEvaluate): Promise<Ack<Contribution>> {
    if ((await store.claimSamples({ job, limit: maxSamples, maxReplayed: 0 })) === 'lost') {
      const { kind } = await endCancelledJob(store, { job });
      return kind === 'lost' ? lost() : cancelled();
    }
    const [heldOut, corrections] = await Promise.all([
      store.readHeldOutSamples({ room: job.room, limit: maxEvaluated, perAuthor: maxPerAuthor }),
      store.readCorrections({ room: job.room, limit: maxEvaluated, perAuthor: maxPerAuthor }),
    ]);
    const samples = closing.samples.map(toSampleMessage);
    const { uploads } = closing;
    const outcome = await evaluator.evaluate({
      champion: { version: closing.base, weights: closing.weights },
      base: { version: base.version, weights: base.weights },
      uploads: uploads.map(({ bytes }) => bytes),
      samples,
      heldOut: heldOut.map(toSampleMessage),
      corrections: corrections.map(toSampleMessage),
      gate: gateOf(job.room),
      ...(job.price !== null && { price: job.price }),
      pensFile: parts.pensFile,
    });
    const details = { participants: uploads.length, devices: uploads.map(({ device }) => device) };
    const evaluated = { job, champion: closing.base, source: 'browser' as const, samples, outcome, details };
    const applied = await applyVerdict(store, evaluated);
    switch (applied.kind) {
      case 'promoted': {
        await registry.refresh();
        const { version, message, facts } = applied;
        const digits = digitChanges(outcome);
        return { ok: true, value: { version, participants: uploads.length, message, facts, digits } };
      }
      case 'refused': {
        const { version, reason, message, facts, card } = applied;
        if (version !== null) announcer.model(job.room, { refused: version, reason, message, facts, card });
        return { ...refuse('refused', message), verdict: { reason, facts } };
      }
      case 'outdated':
        return outdated();
      case 'cancelled':
        return cancelled();
      case 'lost':
        return lost();
      default:
        return applied satisfies never;
    }
  }

  return async (closing: RoundToEvaluate): Promise<Ack<Contribution>> => {
    const job = await takeTurn(closing);
    if ('ok' in job) return job;
    const stopBeating = every(after, { ms: beatMs, run: () => void store.beat(job).catch(() => {}) });
    try {
      return await evaluateAs(job, closing);
    } catch (error) {
      await store.endJob({ job, state: 'failed', message: 'The round could not be judged.' }).catch(() => {});
      throw error;
    } finally {
      stopBeating();
    }
  };
}
