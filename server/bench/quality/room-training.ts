import { isDecided, isRight, shareOf } from '../../../training/evaluation/metrics.ts';
import type { RoomAddress } from '../load/connect.ts';
import type { Drawn } from '../people/population.ts';
import { learnInBrowser } from './browser-training.ts';
import { startReader } from './reader-pool.ts';
import { labelAll } from './send-labels.ts';
import { championOf, learn } from './training-job.ts';

/** A room's job, with the shares of drawings that are read right, and decided, before and after it: 0…1. */
export interface RoomTraining {
  promoted: boolean;
  verdict: string;
  /** From the button to the verdict. */
  seconds: number;
  before: ReadingShares;
  after: ReadingShares;
}

export interface ReadingShares {
  right: number;
  decided: number;
  mnist: number;
}

interface RoomLesson {
  labelled: readonly Drawn[];
  /** They are only read. */
  others: readonly Drawn[];
  where?: 'server' | 'browser';
  seed?: number;
}

/** People label their drawings in a room through the public contract, and the server or a browser trains. */
export async function teachRoom(
  at: RoomAddress,
  { labelled, others, where = 'server', seed = 1 }: RoomLesson,
): Promise<RoomTraining> {
  await labelAll(at, labelled);
  const before = await examine(at, others);
  const fromMs = performance.now();
  const { promoted, verdict } =
    where === 'browser' ? await learnInBrowser(at, seed) : await learnOnServer(at);
  return {
    seconds: (performance.now() - fromMs) / 1000,
    promoted,
    verdict,
    before,
    after: promoted ? await examine(at, others) : before,
  };
}

async function learnOnServer(at: RoomAddress) {
  const { phase, message } = await learn(at);
  return { promoted: phase === 'promoted', verdict: message ?? phase };
}

async function examine(at: RoomAddress, others: readonly Drawn[]): Promise<ReadingShares> {
  const reader = await startReader((await championOf(at)).weights);
  try {
    const [read, mnist] = [await reader.read(others), await reader.read('mnist')];
    return {
      right: shareOf(read, isRight),
      decided: shareOf(read, isDecided),
      mnist: shareOf(mnist, isRight),
    };
  } finally {
    reader.stop();
  }
}

export const meanOf = (trainings: readonly RoomTraining[], of: (training: RoomTraining) => number) =>
  trainings.reduce((sum, training) => sum + of(training), 0) / trainings.length;
