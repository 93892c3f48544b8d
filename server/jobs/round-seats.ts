import { randomUUID } from 'node:crypto';
import type { Ack, Refusal } from '../../shared/ack.ts';
import type { Contribution } from '../../shared/http-api.ts';
import type { Training } from '../../shared/training-protocol.ts';
import { refuse } from '../core/refusal.ts';
import type { TrainingProgress } from './training-progress.ts';

/** Progress of a browser, with its device if that changed. */
export type ParticipantProgress = Pick<Training, 'step' | 'steps' | 'loss' | 'accuracy' | 'device'>;

/** Owner of a seat. Job ids are broadcast: knowing one proves nothing. */
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

interface Upload {
  bytes: Uint8Array;
  hash: string;
  verdict: Promise<Ack<Contribution>>;
  answer(ack: Ack<Contribution>): void;
}

export interface Participant {
  training: Training;
  from: ParticipantSender;
  seenMs: number;
  reportedMs: number;
  /** Progress that was not announced yet. */
  unreported: boolean;
  upload?: Upload;
}

export interface SeatsParts {
  room: string;
  taught: Training['taught'];
  news: Pick<TrainingProgress, 'announce'>;
  /** Milliseconds, monotonic. */
  now(): number;
}

export type Seats = ReturnType<typeof createSeats>;

/** A browser reports its progress every second; a tab that sleeps does not. */
const silentMs = 30_000;
/** More at once are asked to come back: averaging gains little past a few dozen. */
const maxParticipants = 50;
/** Seats of one session: a browser that was reloaded twice while its first seat is not silent yet. */
const maxPerOwner = 3;
/** A curve that moves twice a second is smooth enough; each message goes to everybody in every room. */
const reportAgainMs = 500;

const full = () =>
  refuse('busy', { code: 'round_full', message: 'Enough browsers take part in this round.' });
const notYours = () => refuse('not_yours', 'This place in the round belongs to another browser.');
export const noRound = () =>
  refuse('not_found', { code: 'no_round', message: 'This browser takes part in no round.' });

/** The browsers that take part in one round: who may have a seat, and where each is. */
export function createSeats({ room, taught, news, now }: SeatsParts) {
  const participants = new Map<string, Participant>();
  const all = () => [...participants.values()];

  function report(participant: Participant, change: Partial<Training>) {
    participant.training = { ...participant.training, ...change };
    participant.reportedMs = now();
    participant.unreported = false;
    news.announce(room, participant.training);
  }

  function remove({ job, message }: { job: string; message: string }) {
    const participant = participants.get(job);
    if (participant === undefined) return;
    participants.delete(job);
    participant.upload?.answer(refuse('not_found', message));
    report(participant, { phase: 'cancelled', message });
  }

  /** The newest of those whose browsers still train. */
  const stillTraining = (isMeant: (from: ParticipantSender) => boolean) =>
    all().findLast(({ upload, from }) => upload === undefined && isMeant(from));

  /**
   * Whether there is a seat. A session that has its share gives up a seat it has for the new one; in a full round the
   * address with the most seats gives one up, so that nobody keeps others out.
   */
  function makeRoom(from: ParticipantSender): boolean {
    const isOwn = ({ owner }: ParticipantSender) => owner === from.owner;
    const replaced = (participant: Participant | undefined) => {
      if (participant !== undefined)
        remove({ job: participant.training.job, message: 'Another browser took this place.' });
      return participant !== undefined;
    };
    if (all().filter(each => isOwn(each.from)).length >= maxPerOwner) return replaced(stillTraining(isOwn));
    if (participants.size < maxParticipants) return true;
    const seats = Map.groupBy(all(), each => each.from.address);
    const [greediest, most] = [...seats].reduce((one, other) =>
      other[1].length > one[1].length ? other : one,
    );
    if (most.length <= (seats.get(from.address)?.length ?? 0) + 1) return false;
    return replaced(stillTraining(({ address }) => address === greediest));
  }

  /** The participant of that seat, or why it is not for the sender. */
  function seated({ job, from }: Seat): Participant | Refusal {
    const participant = participants.get(job);
    if (participant === undefined) return noRound();
    return from.admin || participant.from.owner === from.owner ? participant : notYours();
  }

  function admit(device: string, from: ParticipantSender): Participant | Refusal {
    if (!makeRoom(from)) return full();
    const job = randomUUID();
    const nothing = { step: 0, steps: 0, loss: null, accuracy: null };
    const training: Training = { job, where: 'browser', device, phase: 'training', ...nothing, taught };
    const participant: Participant = { training, from, seenMs: now(), reportedMs: now(), unreported: false };
    participants.set(job, participant);
    news.announce(room, training);
    return participant;
  }

  return {
    all,
    admit,
    /** The seat an upload is for: its job's, or one of its own. */
    seatOf({ job, from }: { job: string | undefined; from: ParticipantSender }): Participant | Refusal {
      const known = job === undefined ? undefined : participants.get(job);
      if (known === undefined) return admit('a program', from);
      return known.from.owner === from.owner ? known : notYours();
    },
    upload(participant: Participant, { bytes, hash }: Pick<Upload, 'bytes' | 'hash'>) {
      const { promise: verdict, resolve: answer } = Promise.withResolvers<Ack<Contribution>>();
      participant.upload = { bytes, hash, verdict, answer };
      report(participant, { phase: 'judging' });
      return verdict;
    },
    progress(seat: Seat, at: ParticipantProgress): Ack {
      const participant = seated(seat);
      if ('ok' in participant) return participant;
      participant.seenMs = now();
      if (now() - participant.reportedMs >= reportAgainMs) report(participant, at);
      else Object.assign(participant, { training: { ...participant.training, ...at }, unreported: true });
      return { ok: true };
    },
    /** Whether the sender may act for the seat. */
    check(seat: Seat): Ack {
      const participant = seated(seat);
      return 'ok' in participant ? participant : { ok: true };
    },
    remove,
    /** Drops who fell silent, and announces the progress that was held back. */
    sweep() {
      for (const [job, participant] of participants) {
        if (participant.upload === undefined && now() - participant.seenMs >= silentMs)
          remove({ job, message: 'This browser fell silent.' });
        else if (participant.unreported) report(participant, {});
      }
    },
    /** The round is over for everybody. */
    dismiss(answer: Ack<Contribution>) {
      const phase = answer.ok ? 'promoted' : answer.reason === 'refused' ? 'refused' : 'failed';
      const { message, digits } = answer.ok ? answer.value : { ...answer, digits: undefined };
      const verdict = answer.ok ? { facts: answer.value.facts } : answer.verdict;
      for (const participant of all()) {
        participant.upload?.answer(answer);
        report(participant, { phase, message, ...verdict, ...(digits && { digits }) });
      }
      participants.clear();
    },
  };
}
