import type { Drawn } from '../people/population.ts';
import { type Reader, startReader } from './reader-pool.ts';
import { labelAll } from './send-labels.ts';
import { championOf, learn, type RoomOf } from './training-job.ts';

/** What a room reads right, and decided, before and after its lesson: shares of 0 to 1. */
export interface RoomLesson {
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

/** People label their drawings in a room through the public contract, and the server trains; `others` are only read. */
export async function teachRoom(
  at: RoomOf,
  { labelled, others }: { labelled: readonly Drawn[]; others: readonly Drawn[] },
): Promise<RoomLesson> {
  await labelAll(at, labelled);
  const before = await examine(at, others);
  const fromMs = performance.now();
  const end = await learn(at);
  return {
    seconds: (performance.now() - fromMs) / 1000,
    promoted: end.phase === 'promoted',
    verdict: end.message ?? end.phase,
    before,
    after: end.phase === 'promoted' ? await examine(at, others) : before,
  };
}

async function examine(at: RoomOf, others: readonly Drawn[]): Promise<ReadingShares> {
  const reader: Reader = await startReader((await championOf(at)).weights);
  try {
    const [right, decided] = [await reader.right(others), await reader.decided(others)];
    return { right: share(right), decided: share(decided), mnist: share(await reader.right('mnist')) };
  } finally {
    reader.stop();
  }
}

const share = (all: readonly boolean[]) => all.filter(each => each).length / all.length;
