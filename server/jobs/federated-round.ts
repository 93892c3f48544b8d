import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { TrainingSample } from '../../db/training-samples.ts';
import type { Contribution, JoinedRound } from '../../shared/http-api.ts';
import type { Ack, Model, Refusal, Training } from '../../shared/protocol.ts';
import { MnistUnavailable } from '../../training/dataset/mnist.ts';
import { refuse } from '../core/refusal.ts';
import type { Store } from '../core/store.ts';
import type { ModelCache } from '../inference/model-cache.ts';
import type { LoadedModel } from '../inference/model-files.ts';
import type { Evaluator } from './evaluator.ts';
import { maxPerAuthor, maxReplayedLabels, maxSamples } from './job-limits.ts';
import { outdated, type RoundToEvaluate, stopping } from './round-evaluation.ts';
import type { EncodedPack } from './training-pack.ts';

export interface RoundsParts {
  store: Pick<Store, 'readOpenSamples'> & { loadModel: ModelCache['load'] };
  base: Pick<LoadedModel, 'weights'>;
  model(): Model;
  pack(base: string, lessons: readonly TrainingSample[]): Promise<EncodedPack>;
  check: Evaluator['check'];
  /** From uploads to verdict. */
  conclude(closing: RoundToEvaluate): Promise<Ack<Contribution>>;
  announce(training: Training): void;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
}

/** Where a browser is; it names its device again when it had to take another. */
export type ParticipantProgress = Pick<Training, 'step' | 'steps' | 'loss' | 'accuracy' | 'device'>;

/** Whose seat it is: job ids are broadcast, so that knowing one proves nothing. */
export interface ParticipantSender {
  /** The session, or the address of a program without one. */
  owner: string;
  address: string;
  admin: boolean;
}

export interface Seat {
  job: string;
  from: ParticipantSender;
}

export interface Rounds {
  join(device: string, from: ParticipantSender): Promise<Ack<JoinedRound>>;
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
  /** Bytes an upload has, exactly. */
  uploadBytes(): Promise<number>;
  browsers(): Training[];
  /** Drops who fell silent, and closes a round whose time is up. */
  sweep(): void;
  /** Answers uploads that wait for their round. Resolves when the round that was being judged has ended. */
  close(): Promise<void>;
}

/** Whoever has not uploaded this long after the first one did is not waited for. */
const patienceMs = 15_000;
/** A browser tells where it is every second; a tab that sleeps does not. */
const silentMs = 30_000;
/** Whoever takes part in no round may get a pack this old: making one reads every lesson and keeps everybody waiting. */
const packMs = 10_000;
/** More at once are asked to come back: averaging gains little past a few dozen. */
const mostParticipants = 50;
/** Seats of one session: a browser that was reloaded twice while its first seat is not silent yet. */
const mostOfOwner = 3;
/** A curve that moves twice a second is smooth enough; each message goes to everybody in every room. */
const tellAgainMs = 500;

interface Upload {
  bytes: Uint8Array;
  hash: string;
  verdict: Promise<Ack<Contribution>>;
  answer(ack: Ack<Contribution>): void;
}

interface Participant {
  training: Training;
  from: ParticipantSender;
  seenMs: number;
  toldMs: number;
  /** Progress that nobody was told yet. */
  untold: boolean;
  upload?: Upload;
}

interface Round {
  state: 'open' | 'judging';
  base: string;
  weights: Uint8Array;
  fresh: readonly TrainingSample[];
  lessons: readonly TrainingSample[];
  pack: EncodedPack;
  participants: Map<string, Participant>;
  /** Hashes of what was uploaded: the same bytes twice are one voice. */
  seen: Set<string>;
  firstUploadMs: number | null;
}

const full = () => refuse('busy', 'Enough browsers take part in this round.');
const notYours = () => refuse('not_yours', 'This place in the round belongs to another browser.');
const noRound = () => refuse('not_found', 'This browser takes part in no round.');
const judgingNow = () => ({
  ...refuse('busy', 'A round is being judged; join the next one.'),
  retryAfterMs: 3_000,
});

/** Browsers that start from the same version make one candidate, gated like any other. */
export function createRounds(parts: RoundsParts): Rounds {
  const { store, log, now } = parts;
  let round: Round | null = null;
  let opening: Promise<Round | Refusal> | null = null;
  let lastPack: { base: string; pack: EncodedPack; atMs: number } | null = null;
  /** Of the round before, by owner and hash, for those whose answer was lost. */
  let verdicts = new Map<string, Upload['verdict']>();
  let closed = false;
  let judging: Promise<void> = Promise.resolve();

  async function open(): Promise<Round | Refusal> {
    const { version } = parts.model();
    const model = await store.loadModel(version);
    if (model === null) return outdated();
    const { samples: lessons, replayed } = await store.readOpenSamples({
      limit: maxSamples,
      perAuthor: maxPerAuthor,
      maxReplayed: maxReplayedLabels,
    });
    if (lessons.length === 0) return refuse('not_found', 'There is no label that was not learned already.');
    const all = [...lessons, ...replayed];
    const pack = await packed(version, all);
    if ('ok' in pack) return pack;
    lastPack = { base: version, pack, atMs: now() };
    return {
      state: 'open',
      base: version,
      weights: model.weights,
      fresh: lessons,
      lessons: all,
      pack,
      participants: new Map(),
      seen: new Set(),
      firstUploadMs: null,
    };
  }

  async function packed(version: string, lessons: readonly TrainingSample[]): Promise<EncodedPack | Refusal> {
    try {
      return await parts.pack(version, lessons);
    } catch (error) {
      if (!(error instanceof MnistUnavailable)) throw error;
      log.error({ err: error }, 'a pack for browsers could not be made');
      return refuse('unavailable', error.message);
    }
  }

  /** The round on the current champion, opened when there is none. */
  async function current(): Promise<Round | Refusal> {
    if (closed) return stopping();
    if (round?.base === parts.model().version) return round;
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
    const phase = answer.ok ? 'promoted' : answer.reason === 'refused' ? 'refused' : 'failed';
    const message = answer.ok ? answer.value.message : answer.message;
    verdicts = new Map();
    for (const participant of over.participants.values()) {
      const { upload, from } = participant;
      if (upload !== undefined) verdicts.set(keyOf(from, upload.hash), upload.verdict);
      upload?.answer(answer);
      tell(participant, { phase, message });
    }
    over.participants.clear();
    if (round === over) round = null;
  }

  function tell(participant: Participant, change: Partial<Training>) {
    participant.training = { ...participant.training, ...change };
    participant.toldMs = now();
    participant.untold = false;
    parts.announce(participant.training);
  }

  function remove(from: Round, { job, message }: { job: string; message: string }) {
    const participant = from.participants.get(job);
    if (participant === undefined) return;
    from.participants.delete(job);
    participant.upload?.answer(refuse('not_found', message));
    tell(participant, { phase: 'cancelled', message });
  }

  /** The newest of those whose browsers still train. */
  const stillTraining = (of: Round, isMeant: (from: ParticipantSender) => boolean) =>
    [...of.participants.values()].findLast(({ upload, from }) => upload === undefined && isMeant(from));

  /**
   * Whether there is a seat. A session that has its share gives up a seat it has for the new one; in a full round the
   * address with the most seats gives one up, so that nobody keeps others out.
   */
  function makeRoom(to: Round, from: ParticipantSender): boolean {
    const all = [...to.participants.values()];
    const isOwn = ({ owner }: ParticipantSender) => owner === from.owner;
    const replaced = (participant: Participant | undefined) => {
      if (participant !== undefined)
        remove(to, { job: participant.training.job, message: 'Another browser took this place.' });
      return participant !== undefined;
    };
    if (all.filter(each => isOwn(each.from)).length >= mostOfOwner) return replaced(stillTraining(to, isOwn));
    if (all.length < mostParticipants) return true;
    const seats = Map.groupBy(all, each => each.from.address);
    const [greediest, most] = [...seats].reduce((one, other) =>
      other[1].length > one[1].length ? other : one,
    );
    if (most.length <= (seats.get(from.address)?.length ?? 0) + 1) return false;
    return replaced(stillTraining(to, ({ address }) => address === greediest));
  }

  function admit(to: Round, { device, from }: { device: string; from: ParticipantSender }): Participant {
    const job = randomUUID();
    const training: Training = {
      job,
      where: 'browser',
      device,
      phase: 'training',
      step: 0,
      steps: 0,
      loss: null,
      accuracy: null,
    };
    const participant: Participant = { training, from, seenMs: now(), toldMs: now(), untold: false };
    to.participants.set(job, participant);
    parts.announce(training);
    return participant;
  }

  function closeWhenComplete() {
    if (round?.state !== 'open') return;
    const closing = round;
    const uploads = Array.from(closing.participants.values(), ({ upload, training: { device } }) =>
      upload === undefined ? [] : [{ bytes: upload.bytes, device }],
    ).flat();
    if (uploads.length === 0) return;
    const late = closing.firstUploadMs !== null && now() - closing.firstUploadMs > patienceMs;
    if (uploads.length < closing.participants.size && !late) return;
    closing.state = 'judging';
    const { base, weights, fresh, lessons } = closing;
    judging = parts.conclude({ base, weights, fresh, samples: lessons, uploads }).then(
      answer => dismiss(closing, answer),
      (error: unknown) => {
        if (!(error instanceof DatabaseUnavailable)) log.error({ err: error }, 'a round could not be judged');
        dismiss(closing, refuse('unavailable', 'The round could not be judged; try again.'));
      },
    );
  }

  /** The participant of that seat, or why it is not for the sender. */
  function seated({ job, from }: Seat): Participant | Refusal {
    const participant = round?.participants.get(job);
    if (participant === undefined) return noRound();
    return from.admin || participant.from.owner === from.owner ? participant : notYours();
  }

  return {
    async join(device, from) {
      const to = await current();
      if ('ok' in to) return to;
      if (to.state === 'judging') return judgingNow();
      if (!makeRoom(to, from)) return full();
      const { job } = admit(to, { device, from }).training;
      return { ok: true, value: { job, base: to.base } };
    },
    async pack() {
      const isRecent = lastPack?.base === parts.model().version && now() - lastPack.atMs < packMs;
      if (round === null && lastPack !== null && isRecent) return lastPack.pack;
      const of = await current();
      return 'ok' in of ? of : of.pack;
    },
    progress(seat, at) {
      const participant = seated(seat);
      if ('ok' in participant) return participant;
      participant.seenMs = now();
      if (now() - participant.toldMs >= tellAgainMs) tell(participant, at);
      else Object.assign(participant, { training: { ...participant.training, ...at }, untold: true });
      return { ok: true };
    },
    leave(seat) {
      const participant = seated(seat);
      if ('ok' in participant) return participant;
      if (round?.state !== 'open') return noRound();
      remove(round, { job: seat.job, message: 'Left.' });
      closeWhenComplete();
      return { ok: true };
    },
    async upload({ base, job, bytes, from }) {
      const hash = createHash('sha256').update(bytes).digest('base64');
      const sent = [...(round?.participants.values() ?? [])].find(
        each => each.from.owner === from.owner && each.upload?.hash === hash,
      );
      const earlier = sent?.upload?.verdict ?? verdicts.get(keyOf(from, hash));
      if (job !== undefined && earlier !== undefined) return earlier;
      if (base !== parts.model().version) return outdated();
      const to = await current();
      if ('ok' in to) return to;
      if (to.state === 'judging') return judgingNow();
      const checked = await parts.check(bytes, to.weights);
      if (checked !== null) return checked;
      if (to.seen.has(hash)) return refuse('invalid', 'These weights were uploaded already.');
      const known = job === undefined ? undefined : to.participants.get(job);
      if (known !== undefined && known.from.owner !== from.owner) return notYours();
      if (known === undefined && !makeRoom(to, from)) return full();
      const participant = known ?? admit(to, { device: 'a program', from });
      if (participant.upload !== undefined) return refuse('invalid', 'This browser has uploaded already.');
      to.seen.add(hash);
      to.firstUploadMs ??= now();
      const { promise: verdict, resolve: answer } = Promise.withResolvers<Ack<Contribution>>();
      participant.upload = { bytes, hash, verdict, answer };
      tell(participant, { phase: 'judging' });
      closeWhenComplete();
      return verdict;
    },
    async uploadBytes() {
      const of = await current();
      return 'ok' in of ? parts.base.weights.length : of.weights.length;
    },
    browsers: () => Array.from(round?.participants.values() ?? [], ({ training }) => training),
    sweep() {
      if (round?.state !== 'open') return;
      for (const [job, participant] of round.participants) {
        if (participant.upload === undefined && now() - participant.seenMs >= silentMs)
          remove(round, { job, message: 'This browser fell silent.' });
        else if (participant.untold) tell(participant, {});
      }
      closeWhenComplete();
      if (round.participants.size === 0 && round.seen.size === 0) round = null;
    },
    async close() {
      closed = true;
      if (round !== null) for (const { upload } of round.participants.values()) upload?.answer(stopping());
      await judging;
    },
  };
}

const keyOf = ({ owner }: ParticipantSender, hash: string) => `${owner} ${hash}`;
