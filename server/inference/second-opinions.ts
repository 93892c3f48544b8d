import { lobby } from '../../db/rooms.ts';
import { topDigit } from '../../shared/distribution.ts';
import { decidedAt } from '../../shared/limits.ts';
import { wholeAnswer } from '../../training/model/mixture.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';
import { bigPoints, type Input } from './batch-input.ts';
import { maxBatch } from './batcher.ts';
import type { InferencePool } from './inference-pool.ts';
import type { Overload } from './overload.ts';
import type { Predictor } from './predictor.ts';
import type { RoomModels } from './room-models.ts';

export interface SecondOpinionsParts {
  /** The version that is trained on MNIST alone. */
  plain?: { version: string; weights: Uint8Array } | undefined;
  /** Whether the operator wants second opinions. */
  secondOpinion?: boolean | undefined;
  inference: Pick<InferencePool, 'free' | 'has' | 'predict' | 'prepare'>;
  predictor: Pick<Predictor, 'oldestMs' | 'onPredicted'>;
  roomModels: Pick<RoomModels, 'ownOf'>;
  overload: Pick<Overload, 'pace'>;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface SecondOpinions {
  /** The plain net's probabilities for a raster of 784 bytes; null if there are none in time. */
  read(raster: Uint8Array): Promise<number[] | null>;
  start(): void;
  stop(): void;
}

/** A drawing rests when its newest prediction is this old: longer than the way to the next stroke's first point. */
export const restMs = 300;
/** One batch of at most eight in this time: a percent of a core. */
export const pollMs = 125;
/** Nobody waits longer for a second opinion. */
export const patienceMs = 3_000;
/** Live drawings that wait longer go first. */
const maxLiveWaitMs = 20;

interface Question {
  raster: Uint8Array;
  resolve(probabilities: number[] | null): void;
}

/**
 * The plain net reads drawings that rest, while no live drawing waits. Their authors get an opinion where it surely
 * contradicts the room's version. Rooms with a version of their own may have taught other signs, of which the plain net
 * knows nothing, so only rooms that follow the house are read along, and the lobby, whose gate keeps it to digits.
 */
export function createSecondOpinions(parts: SecondOpinionsParts): SecondOpinions {
  const plain = parts.secondOpinion === true ? parts.plain : undefined;
  const { inference, predictor, roomModels, overload, now, after } = parts;
  /** When each got its newest prediction, oldest first. */
  const resting = new Map<LiveDrawing, number>();
  const questions = new Map<Question, number>();
  let cancel: (() => void) | undefined;
  let isStopped = false;

  const isComparable = ({ room, state, drawing }: LiveDrawing) =>
    state === 'open' &&
    drawing.points > 0 &&
    drawing.points < bigPoints &&
    (room.name === lobby || roomModels.ownOf(room.name) === undefined);

  function arm() {
    if (cancel !== undefined || isStopped || resting.size + questions.size === 0) return;
    cancel = after(pollMs, () => {
      cancel = undefined;
      dropOverdue();
      void readSome().finally(arm);
    });
  }

  function dropOverdue() {
    const oldest = now() - patienceMs;
    for (const [live, atMs] of resting) if (atMs < oldest) resting.delete(live);
    for (const [question, atMs] of questions) {
      if (atMs >= oldest) continue;
      questions.delete(question);
      question.resolve(null);
    }
  }

  async function readSome() {
    if (plain === undefined || overload.pace().overloaded || predictor.oldestMs() > maxLiveWaitMs) return;
    if (inference.free() === 0 || !inference.has(plain.version)) return;
    const asked = [...questions.keys()].slice(0, maxBatch);
    const due = [...resting].filter(([, atMs]) => now() - atMs >= restMs).map(([live]) => live);
    const lives = due.slice(0, maxBatch - asked.length);
    for (const question of asked) questions.delete(question);
    for (const live of lives) resting.delete(live);
    const states = lives
      .filter(isComparable)
      .map(live => ({ live, edits: live.edits, seq: live.drawing.seq }));
    const read = await predictAll([...asked.map(({ raster }) => raster), ...states.map(inkOf)]);
    for (const [i, { resolve }] of asked.entries()) resolve(read[i] ?? null);
    for (const [i, state] of states.entries()) deliver(state, read[asked.length + i]);
  }

  /** No answers where a worker ended, or where another version stood in for the plain one. */
  async function predictAll(inputs: Input[]): Promise<(number[] | undefined)[]> {
    if (plain === undefined || inputs.length === 0) return [];
    const { version } = plain;
    try {
      const batch = await inference.predict(inputs.map(input => ({ version, input })));
      return batch.outputs.map((each, i) => (batch.models[i] === version ? wholeAnswer(each) : undefined));
    } catch {
      return [];
    }
  }

  function deliver({ live, edits, seq }: { live: LiveDrawing; edits: number; seq: number }, read?: number[]) {
    if (read === undefined || live.guess === undefined || live.edits !== edits) return;
    const digit = topDigit(read);
    if (read[digit] < decidedAt || digit === topDigit(wholeAnswer(live.guess.outputs))) return;
    live.drawer.opinion({ drawing: live.id, seq, digit });
  }

  if (plain !== undefined)
    predictor.onPredicted(live => {
      resting.delete(live);
      if (!isComparable(live)) return;
      resting.set(live, now());
      arm();
    });

  return {
    read: raster =>
      new Promise(resolve => {
        if (plain === undefined || isStopped) return resolve(null);
        questions.set({ raster, resolve }, now());
        arm();
      }),
    start() {
      if (plain !== undefined) void inference.prepare(plain);
    },
    stop() {
      isStopped = true;
      cancel?.();
      for (const { resolve } of questions.keys()) resolve(null);
      questions.clear();
      resting.clear();
    },
  };
}

const inkOf = ({ live }: { live: LiveDrawing }): Input => live.drawing.strokes;
