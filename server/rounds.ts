import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Lesson } from '../db/lessons.ts';
import { DatabaseUnavailable } from '../db/unavailable.ts';
import type { Contribution, JoinedRound } from '../shared/lab.ts';
import type { Ack, Model, Refusal, RefusedModel, Training } from '../shared/protocol.ts';
import { mostJudged, mostLessons, mostPerAuthor, mostRehearsed } from './job-limits.ts';
import type { Judge } from './judge.ts';
import { settleCandidate } from './judged.ts';
import { toMessage } from './lesson.ts';
import type { LoadedModel } from './model.ts';
import type { SealedPack } from './pack.ts';
import { refuse } from './refusal.ts';
import type { Store } from './store.ts';

export interface RoundsParts {
  store: Store;
  base: LoadedModel;
  model(): Model;
  pack(base: string, lessons: readonly Lesson[]): Promise<SealedPack>;
  judge: Judge;
  announce(training: Training): void;
  refused(model: RefusedModel): void;
  /** The champion moved. Resolves when every inference process has the new one. */
  promoted(): Promise<void>;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
}

export interface Rounds {
  join(device: string): Promise<Ack<JoinedRound>>;
  pack(): Promise<SealedPack | Refusal>;
  progress(job: string, at: Pick<Training, 'step' | 'steps' | 'loss' | 'accuracy'>): Ack;
  leave(job: string): Ack;
  /** Resolves when the round has its verdict. */
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
/** More at once are asked to come back: averaging gains little past a few dozen. */
const mostParticipants = 50;
/** A third of the silence after which a job counts as abandoned. */
const beatMs = 3_000;
/** Who asks for the jobs of rounds: their claims are made here, and no teacher takes them up. */
export const askedByBrowsers = 'browsers';

interface Participant {
  training: Training;
  seenMs: number;
  upload?: { bytes: Uint8Array; answer(ack: Ack<Contribution>): void };
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

const outdated = () => refuse('outdated', 'Another version answers by now; start again from that one.');
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
    const pack = await parts.pack(version, all);
    const { weights } = model;
    const [participants, seen] = [new Map<string, Participant>(), new Set<string>()];
    return {
      state: 'open',
      base: version,
      weights,
      fresh: lessons,
      lessons: all,
      pack,
      participants,
      seen,
      firstUploadMs: null,
    };
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
    for (const participant of over.participants.values()) {
      participant.upload?.answer(answer);
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
    const uploaded = [...round.participants.values()].filter(({ upload }) => upload !== undefined);
    if (uploaded.length === 0) return;
    const late = round.firstUploadMs !== null && now() - round.firstUploadMs > patienceMs;
    if (uploaded.length < round.participants.size && !late) return;
    const closing = round;
    closing.state = 'judging';
    conclude(closing).then(
      answer => dismiss(closing, answer),
      (error: unknown) => {
        if (!(error instanceof DatabaseUnavailable)) log.error({ err: error }, 'a round could not be judged');
        dismiss(closing, refuse('unavailable', 'The round could not be judged; try again.'));
      },
    );
  }

  async function conclude(closing: Round): Promise<Ack<Contribution>> {
    const uploads = [...closing.participants.values()].flatMap(({ upload, training }) =>
      upload === undefined ? [] : [{ bytes: upload.bytes, device: training.device }],
    );
    const id = randomUUID();
    const samples = closing.fresh.map(lesson => lesson.id);
    if ((await store.requestJob({ id, askedBy: askedByBrowsers, samples })) !== 'queued') {
      return refuse('busy', 'The server is learning already; upload again when it is done.');
    }
    const job = await store.startJob({ id, node: 'rounds' });
    if (job === null) return outdated();
    const beating = setInterval(() => void store.beat(job).catch(() => {}), beatMs);
    try {
      await store.claimLessons({ job, limit: mostLessons, rehearse: 0 });
      const [strangers, corrections] = await Promise.all([
        store.heldOutLessons({ limit: mostJudged, perAuthor: mostPerAuthor }),
        store.noRegressLessons({ limit: mostJudged, perAuthor: mostPerAuthor }),
      ]);
      const lessons = closing.lessons.map(toMessage);
      const outcome = await parts.judge.judge({
        champion: { version: closing.base, weights: closing.weights },
        base: { version: parts.base.version, weights: parts.base.weights },
        uploads: uploads.map(({ bytes }) => bytes),
        lessons,
        strangers: strangers.map(toMessage),
        corrections: corrections.map(toMessage),
      });
      const details = { participants: uploads.length, devices: uploads.map(({ device }) => device) };
      const trial = { job, champion: closing.base, source: 'browser' as const, lessons, outcome, details };
      const judged = await settleCandidate(store, trial);
      switch (judged.kind) {
        case 'promoted':
          await parts.promoted();
          return {
            ok: true,
            value: { version: judged.version, participants: uploads.length, message: judged.message },
          };
        case 'refused': {
          const { version, reason, message, card } = judged;
          if (version !== null) parts.refused({ refused: version, reason, message, card });
          return refuse('refused', message);
        }
        case 'outdated':
          return outdated();
        default:
          return judged satisfies never;
      }
    } catch (error) {
      await store.endJob({ job, state: 'failed', message: 'The round could not be judged.' }).catch(() => {});
      throw error;
    } finally {
      clearInterval(beating);
    }
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
      if (base !== parts.model().version) return outdated();
      const to = await current();
      if ('ok' in to) return to;
      if (to.state === 'judging') return judgingNow();
      const checked = await parts.judge.check(bytes, to.weights);
      if (checked !== null) return checked;
      const hash = createHash('sha256').update(bytes).digest('base64');
      if (to.seen.has(hash)) return refuse('invalid', 'These weights were uploaded already.');
      if (to.participants.size >= mostParticipants && !to.participants.has(job)) {
        return refuse('busy', 'Enough browsers take part in this round.');
      }
      const participant = to.participants.get(job) ?? admit(to, job, 'a program');
      if (participant.upload !== undefined) return refuse('invalid', 'This browser has uploaded already.');
      to.seen.add(hash);
      to.firstUploadMs ??= now();
      return new Promise(resolve => {
        participant.upload = { bytes, answer: resolve };
        tell(participant, { phase: 'judging' });
        closeWhenComplete();
      });
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
