import type { Ack, Refusal } from '../../shared/ack.ts';
import type { Contribution, JoinedRound } from '../../shared/http-api.ts';
import type { Training } from '../../shared/training-protocol.ts';
import { createTimer } from '../core/every.ts';
import type { LoadedModel } from '../inference/model-files.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';
import type { EncodedPack } from '../job-workers/packing-worker-messages.ts';
import { createRoomRounds, type RoomRounds, type RoundsParts } from './room-rounds.ts';
import { noRound, type ParticipantProgress, type Seat } from './round-seats.ts';

export interface AllRoundsParts extends RoundsParts {
  base: Pick<LoadedModel, 'weights'>;
  registry: Pick<ServedModelTracker, 'model' | 'use'>;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Rounds {
  /** `price`: what the room's host lets this lesson pay on MNIST, 0…1. */
  join(wish: { room: string } & Parameters<RoomRounds['join']>[0]): Promise<Ack<JoinedRound>>;
  pack(room: string): Promise<EncodedPack | Refusal>;
  progress(seat: Seat, at: ParticipantProgress): Ack;
  leave(seat: Seat): Ack;
  /** `job` decides which room's round it is for; without one, `room` does. */
  upload(upload: { room: string } & Parameters<RoomRounds['upload']>[0]): Promise<Ack<Contribution>>;
  /** The exact number of bytes of an upload: every version is of the shipped net. */
  uploadBytes: number;
  browsers(room: string): Training[];
  start(): void;
  stop(): Promise<void>;
}

const sweepMs = 1_000;
/** Rooms whose verdicts are kept for browsers that lost the answer. */
const maxRooms = 200;

/** The rounds of all rooms: each room has one at a time. */
export function createRounds(parts: AllRoundsParts): Rounds {
  const rooms = new Map<string, RoomRounds>();

  function of(room: string): RoomRounds {
    const rounds = rooms.get(room) ?? createRoomRounds(parts, room);
    rooms.delete(room);
    rooms.set(room, rounds);
    for (const [name, { isBusy }] of rooms) {
      if (rooms.size <= maxRooms) break;
      if (name !== room && !isBusy()) rooms.delete(name);
    }
    return rounds;
  }

  /** Once the room's own champion is known here: a program may ask for a room in which nobody is connected to this node. */
  async function inUse(room: string): Promise<RoomRounds> {
    await parts.registry.use(room);
    return of(room);
  }

  const seatedIn = (job: string) => [...rooms.values()].find(rounds => rounds.has(job));

  const sweeping = createTimer(parts.after, {
    ms: sweepMs,
    run() {
      for (const rounds of rooms.values()) rounds.sweep();
    },
  });

  return {
    join: async ({ room, ...wish }) => (await inUse(room)).join(wish),
    pack: async room => (await inUse(room)).pack(),
    progress: (seat, at) => seatedIn(seat.job)?.progress(seat, at) ?? noRound(),
    leave: seat => seatedIn(seat.job)?.leave(seat) ?? noRound(),
    async upload({ room, ...upload }) {
      const seated = upload.job === undefined ? undefined : seatedIn(upload.job);
      return (seated ?? (await inUse(room))).upload(upload);
    },
    uploadBytes: parts.base.weights.length,
    browsers: room => rooms.get(room)?.browsers() ?? [],
    start: sweeping.start,
    async stop() {
      sweeping.stop();
      await Promise.all(Array.from(rooms.values(), rounds => rounds.stop()));
    },
  };
}
