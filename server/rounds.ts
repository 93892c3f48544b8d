import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Lesson } from '../db/lessons.ts';
import { DatabaseUnavailable } from '../db/unavailable.ts';
import type { Contribution, JoinedRound } from '../shared/lab.ts';
import type { Ack, Model, Refusal, Training } from '../shared/protocol.ts';
import { MnistUnavailable } from '../training/mnist.ts';
import { mostLessons, mostPerAuthor, mostRehearsed } from './job-limits.ts';
import type { Judge } from './judge.ts';
import type { LoadedModel } from './model.ts';
import type { SealedPack } from './pack.ts';
import { refuse } from './refusal.ts';
import { type Closing, outdated } from './round-trial.ts';
import type { Store } from './store.ts';

export interface RoundsParts {
  store: Pick<Store, 'loadModel' | 'openLessons'>;
  base: Pick<LoadedModel, 'weights'>;
  model(): Model;
  pack(base: string, lessons: readonly Lesson[]): Promise<SealedPack>;
  check: Judge['check'];
  /** From uploads to verdict. */
  conclude(closing: Closing): Promise<Ack<Contribution>>;
  announce(training: Training): void;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
}

/** Where a browser is; it names its device again when it had to take another. */
export type Standing = Pick<Training, 'step' | 'steps' | 'loss' | 'accuracy' | 'device'>;

export interface Rounds {
  join(device: string): Promise<Ack<JoinedRound>>;
  pack(): Promise<SealedPack | Refusal>;
  progress(job: string, at: Standing): Ack;
  leave(job: string): Ack;
  /** Resolves when the round has its verdict. The same bytes again, by the same job, get the same verdict. */
  upload(upload: { base: string; job: string; bytes: Uint8Array }): Promise<Ack<Contribution>>;
  /** Bytes an upload has, exactly. */
  uploadBytes(): Promise<number>;
  browsers(): Training[];
  /** Drops who fell silent, and closes a round whose time is up. */
  sweep(): void;
}

/** Whoever has not uploaded this long after the first one did is not waited for. */
const patienceMs = 15_000;
/** A browser tells where it is every second; a tab that sleeps does not. */
const silentMs = 30_000;
/** Whoever takes part in no round may get a pack this old: making one reads every lesson and keeps everybody waiting. */
const packMs = 10_000;
/** More at once are asked to come back: averaging gains little past a few dozen. */
const mostParticipants = 50;

interface Upload {
  bytes: Uint8Array;
  hash: string;
  verdict: Promise<Ack<Contribution>>;
  answer(ack: Ack<Contribution>): void;
}

interface Participant {
  training: Training;
  seenMs: number;
  upload?: Upload;
}

interface Round {
  state: 'open' | 'judging';
  base: string;
  weights: Uint8Array;
  fresh: readonly Lesson[];
  lessons: readonly Lesson[];
  pack: SealedPack;
  participants: Map<string, Participant>;
  /** Hashes of what was uploaded: the same bytes twice are one voice. */
  seen: Set<string>;
  firstUploadMs: number | null;
}

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
  let lastPack: { base: string; pack: SealedPack; atMs: number } | null = null;
  /** Of the round before, for those whose answer was lost. */
  let verdicts = new Map<string, Pick<Upload, 'hash' | 'verdict'>>();

  async function open(): Promise<Round | Refusal> {
    const { version } = parts.model();
    const model = await store.loadModel(version);
    if (model === null) return outdated();
    const { lessons, rehearsal } = await store.openLessons({
      limit: mostLessons,
      perAuthor: mostPerAuthor,
      rehearse: mostRehearsed,
    });
    if (lessons.length === 0) return refuse('not_found', 'There is no label that was not learned already.');
    const all = [...lessons, ...rehearsal];
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

  async function packed(version: string, lessons: readonly Lesson[]): Promise<SealedPack | Refusal> {
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
    for (const [job, participant] of over.participants) {
      const { upload } = participant;
      if (upload !== undefined) verdicts.set(job, { hash: upload.hash, verdict: upload.verdict });
      upload?.answer(answer);
      tell(participant, { phase, message });
    }
    over.participants.clear();
    if (round === over) round = null;
  }

  function tell(participant: Participant, change: Partial<Training>) {
    participant.training = { ...participant.training, ...change };
    parts.announce(participant.training);
  }

  function admit(to: Round, job: string, device: string): Participant {
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
    const participant: Participant = { training, seenMs: now() };
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
    parts.conclude({ base, weights, fresh, lessons, uploads }).then(
      answer => dismiss(closing, answer),
      (error: unknown) => {
        if (!(error instanceof DatabaseUnavailable)) log.error({ err: error }, 'a round could not be judged');
        dismiss(closing, refuse('unavailable', 'The round could not be judged; try again.'));
      },
    );
  }

  return {
    async join(device) {
      const to = await current();
      if ('ok' in to) return to;
      if (to.state === 'judging') return judgingNow();
      if (to.participants.size >= mostParticipants)
        return refuse('busy', 'Enough browsers take part in this round.');
      const job = randomUUID();
      admit(to, job, device);
      return { ok: true, value: { job, base: to.base } };
    },
    async pack() {
      const isRecent = lastPack?.base === parts.model().version && now() - lastPack.atMs < packMs;
      if (round === null && lastPack !== null && isRecent) return lastPack.pack;
      const of = await current();
      return 'ok' in of ? of : of.pack;
    },
    progress(job, at) {
      const participant = round?.participants.get(job);
      if (participant === undefined) return noRound();
      participant.seenMs = now();
      tell(participant, at);
      return { ok: true };
    },
    leave(job) {
      const participant = round?.participants.get(job);
      if (participant === undefined || round?.state === 'judging') return noRound();
      participant.upload?.answer(refuse('not_found', 'This browser left the round.'));
      tell(participant, { phase: 'cancelled', message: 'Left.' });
      round?.participants.delete(job);
      closeWhenComplete();
      return { ok: true };
    },
    async upload({ base, job, bytes }) {
      const hash = createHash('sha256').update(bytes).digest('base64');
      const earlier = round?.participants.get(job)?.upload ?? verdicts.get(job);
      if (earlier?.hash === hash) return earlier.verdict;
      if (base !== parts.model().version) return outdated();
      const to = await current();
      if ('ok' in to) return to;
      if (to.state === 'judging') return judgingNow();
      const checked = await parts.check(bytes, to.weights);
      if (checked !== null) return checked;
      if (to.seen.has(hash)) return refuse('invalid', 'These weights were uploaded already.');
      if (to.participants.size >= mostParticipants && !to.participants.has(job)) {
        return refuse('busy', 'Enough browsers take part in this round.');
      }
      const participant = to.participants.get(job) ?? admit(to, job, 'a program');
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
      for (const [job, { upload, seenMs, training }] of round.participants) {
        if (upload !== undefined || now() - seenMs < silentMs) continue;
        round.participants.delete(job);
        parts.announce({ ...training, phase: 'cancelled', message: 'This browser fell silent.' });
      }
      closeWhenComplete();
      if (round.participants.size === 0 && round.seen.size === 0) round = null;
    },
  };
}
