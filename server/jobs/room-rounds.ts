import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { TrainingSample } from '../../db/training-samples.ts';
import type { Ack, Refusal } from '../../shared/ack.ts';
import type { Contribution, JoinedRound } from '../../shared/http-api.ts';
import type { Training } from '../../shared/training-protocol.ts';
import { MnistUnavailable } from '../../training/dataset/mnist.ts';
import { refuse } from '../core/refusal.ts';
import type { Store } from '../core/store.ts';
import type { ModelCache } from '../inference/model-cache.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';
import type { EncodedPack } from '../job-workers/packing-worker-messages.ts';
import type { Evaluator } from './evaluator.ts';
import { gateOf, maxPerAuthor, maxReplayedLabels, maxSamples } from './job-limits.ts';
import { outdated, type RoundToEvaluate, stoppingNow } from './round-evaluation.ts';
import {
  createSeats,
  noRound,
  type ParticipantProgress,
  type ParticipantSender,
  type Seat,
  type Seats,
} from './round-seats.ts';
import type { TrainingProgress } from './training-progress.ts';
import { taughtBy } from './training-progress.ts';

export interface RoundsParts {
  store: Pick<Store, 'readOpenSamples'>;
  models: Pick<ModelCache, 'load'>;
  registry: Pick<ServedModelTracker, 'model'>;
  /** Resolves when no label of the room waits to be screened: those that are set aside stay out of packs. */
  screen(room: string): Promise<void>;
  pack(base: string, of: { room: string; samples: readonly TrainingSample[] }): Promise<EncodedPack>;
  evaluator: Pick<Evaluator, 'check'>;
  /** From uploads to verdict. */
  conclude(closing: RoundToEvaluate): Promise<Ack<Contribution>>;
  news: Pick<TrainingProgress, 'announce'>;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
}

/** The rounds of one room, one after the other. */
export interface RoomRounds {
  join(wish: {
    device: string;
    from: ParticipantSender;
    /** That the room's host lets the round pay on MNIST, 0…1. */
    price?: number | undefined;
  }): Promise<Ack<JoinedRound>>;
  pack(): Promise<EncodedPack | Refusal>;
  progress(seat: Seat, at: ParticipantProgress): Ack;
  leave(seat: Seat): Ack;
  /**
   * Resolves when the round has its verdict. The same bytes again, by the same owner and for a job, get the same verdict. Without a
   * `job` of the round the upload takes a seat of its own.
   */
  upload(upload: {
    base: string;
    job?: string | undefined;
    bytes: Uint8Array;
    from: ParticipantSender;
  }): Promise<Ack<Contribution>>;
  /** Whether the job is a seat of the round. */
  has(job: string): boolean;
  browsers(): Training[];
  /** Removes silent participants, and closes a round whose time is up. */
  sweep(): void;
  /** Browsers take part in a round, or wait for one to open. */
  isBusy(): boolean;
  /** Answers uploads that wait for their round. Resolves once the round in evaluation has ended. */
  stop(): Promise<void>;
}

/** Upload timeout, counted from the first upload of the round. */
const patienceMs = 15_000;
/** Largest age of a pack for a browser outside any round: making a pack reads every sample and blocks the process. */
const packMs = 10_000;
interface Round {
  state: 'open' | 'judging';
  base: string;
  weights: Uint8Array;
  fresh: readonly TrainingSample[];
  samples: readonly TrainingSample[];
  pack: EncodedPack;
  seats: Seats;
  /** Hashes of uploads: identical bytes count once. */
  seen: Set<string>;
  firstUploadMs: number | null;
  /** What the host lets the room pay on MNIST, 0…1. */
  price?: number | undefined;
}

const evaluatingNow = () => ({
  ...refuse('busy', { code: 'round_judged', message: 'A round is being judged; join the next one.' }),
  retryAfterMs: 3_000,
});

/** Averages the uploads of a room's browsers that start from the same version into one candidate for the gate. */
export function createRoomRounds(parts: RoundsParts, room: string): RoomRounds {
  const { store, models, registry, evaluator, news, log, now } = parts;
  let round: Round | null = null;
  let opening: Promise<Round | Refusal> | null = null;
  let lastPack: { base: string; pack: EncodedPack; atMs: number } | null = null;
  /** Verdicts of the previous round by owner and hash, for clients that lost the response. */
  let verdicts = new Map<string, Promise<Ack<Contribution>>>();
  let closed = false;
  let evaluation: Promise<void> = Promise.resolve();

  async function open(): Promise<Round | Refusal> {
    const { version } = registry.model(room);
    const model = await models.load(version);
    if (model === null) return outdated();
    await parts.screen(room);
    const { samples: fresh, replayed } = await store.readOpenSamples({
      room,
      limit: maxSamples,
      perAuthor: maxPerAuthor,
      maxReplayed: maxReplayedLabels,
    });
    if (fresh.length === 0)
      return refuse('not_found', {
        code: 'nothing_to_learn',
        message: 'There is no label that was not learned already; label some drawings first.',
      });
    const samples = [...fresh, ...replayed];
    const pack = await packed(version, samples);
    if ('ok' in pack) return pack;
    lastPack = { base: version, pack, atMs: now() };
    return {
      state: 'open',
      base: version,
      weights: model.weights,
      fresh,
      samples,
      pack,
      seats: createSeats({ room, taught: taughtBy(fresh), news, now }),
      seen: new Set(),
      firstUploadMs: null,
    };
  }

  async function packed(version: string, samples: readonly TrainingSample[]): Promise<EncodedPack | Refusal> {
    try {
      return await parts.pack(version, { room, samples });
    } catch (error) {
      log.error({ err: error }, 'a pack for browsers could not be made');
      const isMnist = error instanceof MnistUnavailable;
      return refuse('unavailable', isMnist ? error.message : 'The samples could not be packed; try again.');
    }
  }

  /** The round on the current champion; opens one if needed. */
  async function current(): Promise<Round | Refusal> {
    if (closed) return stoppingNow();
    if (round?.base === registry.model(room).version) return round;
    opening ??= open().finally(() => {
      opening = null;
    });
    const opened = await opening;
    if ('ok' in opened) return opened;
    if (round === null || round.base !== opened.base) {
      if (round !== null) dismiss(round, outdated());
      round = opened;
    }
    return round;
  }

  function dismiss(over: Round, answer: Ack<Contribution>) {
    verdicts = new Map(
      over.seats
        .all()
        .flatMap(({ upload, from }) => (upload ? [[keyOf(from, upload.hash), upload.verdict]] : [])),
    );
    over.seats.dismiss(answer);
    if (round === over) round = null;
  }

  function closeWhenComplete() {
    if (round?.state !== 'open') return;
    const closing = round;
    const participants = closing.seats.all();
    const uploads = participants.flatMap(({ upload, training: { device } }) =>
      upload === undefined ? [] : [{ bytes: upload.bytes, device }],
    );
    if (uploads.length === 0) return;
    const late = closing.firstUploadMs !== null && now() - closing.firstUploadMs > patienceMs;
    if (uploads.length < participants.length && !late) return;
    closing.state = 'judging';
    const { base, weights, fresh, samples, price } = closing;
    evaluation = parts.conclude({ room, base, weights, fresh, samples, uploads, price }).then(
      answer => dismiss(closing, answer),
      (error: unknown) => {
        if (!(error instanceof DatabaseUnavailable))
          log.error({ err: error }, 'a round could not be evaluated');
        dismiss(closing, refuse('unavailable', 'The round could not be judged; try again.'));
      },
    );
  }

  function sweep() {
    if (round?.state !== 'open') return;
    round.seats.sweep();
    closeWhenComplete();
    if (round.seats.all().length === 0 && round.seen.size === 0) round = null;
  }

  return {
    async join({ device, from, price }) {
      const to = await current();
      if ('ok' in to) return to;
      if (to.state === 'judging') return evaluatingNow();
      const participant = to.seats.admit(device, from);
      if ('ok' in participant) return participant;
      to.price = price ?? to.price;
      return { ok: true, value: { job: participant.training.job, base: to.base } };
    },
    async pack() {
      const isRecent = lastPack?.base === registry.model(room).version && now() - lastPack.atMs < packMs;
      if (round === null && lastPack !== null && isRecent) return lastPack.pack;
      const of = await current();
      return 'ok' in of ? of : of.pack;
    },
    progress: (seat, at) => round?.seats.progress(seat, at) ?? noRound(),
    leave(seat) {
      const checked = round?.seats.check(seat) ?? noRound();
      if (!checked.ok) return checked;
      if (round?.state !== 'open') return noRound();
      round.seats.remove({ job: seat.job, message: 'Left.' });
      closeWhenComplete();
      return { ok: true };
    },
    async upload({ base, job, bytes, from }) {
      const hash = createHash('sha256').update(bytes).digest('base64');
      const sent = round?.seats
        .all()
        .find(each => each.from.owner === from.owner && each.upload?.hash === hash);
      const earlier = sent?.upload?.verdict ?? verdicts.get(keyOf(from, hash));
      if (job !== undefined && earlier !== undefined) return earlier;
      if (base !== registry.model(room).version) return outdated();
      const to = await current();
      if ('ok' in to) return to;
      if (to.state === 'judging') return evaluatingNow();
      const checked = await evaluator.check(bytes, { base: to.weights, gate: gateOf(room) });
      if (checked !== null) return checked;
      if (to.seen.has(hash))
        return refuse('invalid', {
          code: 'uploaded_already',
          message: 'These weights were uploaded already.',
        });
      const participant = to.seats.seatOf({ job, from });
      if ('ok' in participant) return participant;
      if (participant.upload !== undefined)
        return refuse('invalid', { code: 'uploaded_already', message: 'This browser has uploaded already.' });
      to.seen.add(hash);
      to.firstUploadMs ??= now();
      const verdict = to.seats.upload(participant, { bytes, hash });
      closeWhenComplete();
      return verdict;
    },
    has: job => round?.seats.all().some(({ training }) => training.job === job) ?? false,
    browsers: () => round?.seats.all().map(({ training }) => training) ?? [],
    sweep,
    isBusy: () => opening !== null || (round?.seats.all().length ?? 0) > 0,
    async stop() {
      closed = true;
      for (const { upload } of round?.seats.all() ?? []) upload?.answer(stoppingNow());
      await evaluation;
    },
  };
}

const keyOf = ({ owner }: ParticipantSender, hash: string) => `${owner} ${hash}`;
