import { PackError } from '../../shared/training-pack.ts';
import { WeightsError } from '../../shared/weights.ts';
import { batchDefaults } from '../../training/dataset/batches.ts';
import type { Compute } from '../../training/learn/compute.ts';
import { DivergedError } from '../../training/learn/fine-tune.ts';
import type { Checkpoint } from '../../training/learn/train.ts';
import { NothingToLearnError, tuneOnPack } from '../../training/learn/tune-on-pack.ts';
import { OtherNetError } from '../../training/model/serving-net.ts';
import type { FailureCode, FromTrainer } from './worker-messages.ts';

/** Errors that every device would meet. */
export const finalErrors = [DivergedError, PackError, WeightsError, NothingToLearnError];

/** The page has a sentence for each code. A page left open over an update holds the old net and must not train it. */
export function describeError(error: unknown): { code: FailureCode; message: string } {
  if (error instanceof OtherNetError) return { code: 'otherNet', message: error.message };
  if (error instanceof NothingToLearnError) return { code: error.code, message: '' };
  return { code: 'other', message: error instanceof Error ? error.message : String(error) };
}

/** The most training time that the loss of a device costs. */
const saveMs = 2_000;
/** Slow enough to read the changing figure. */
const speedMs = 1_000;

export interface Job {
  weights: Uint8Array;
  pack: Uint8Array;
  seed: number;
  from: Checkpoint | null;
  /** As proven; reported until training is measured. */
  samplesPerSecond: number;
  compute?: Compute;
  isLost(): boolean;
  report(message: FromTrainer): void;
}

/** Trains the champion on the pack's samples with the current backend. Reports each step; returns the candidate's bytes. */
export async function runJob(job: Job): Promise<Uint8Array> {
  const { weights, pack, seed, from, compute, isLost, report } = job;
  report({ type: 'measuring' });
  let savedAtMs = performance.now();
  let { samplesPerSecond } = job;
  let timed: { atMs: number; step: number } | undefined;
  const tuning = tuneOnPack({
    weights,
    pack,
    seed,
    ...(compute && { compute }),
    ...(from && { from }),
    async save(read) {
      if (performance.now() - savedAtMs < saveMs) return;
      const checkpoint = await read();
      // A lost context returns wrong values.
      if (!isLost()) report({ type: 'saved', checkpoint });
      savedAtMs = performance.now();
    },
  });
  for (;;) {
    const state = await tuning.next();
    if (isLost()) throw new Error('The device was lost');
    if (state.done === true) return state.value;
    // Steps that are read together come at once: time passes before the first of them alone.
    timed ??= { atMs: performance.now(), step: state.value.step };
    const spentMs = performance.now() - timed.atMs;
    if (spentMs >= speedMs) {
      samplesPerSecond = (1000 * (state.value.step - timed.step) * batchDefaults.size) / spentMs;
      timed = { atMs: performance.now(), step: state.value.step };
    }
    report({ type: 'step', ...state.value, samplesPerSecond });
  }
}
