import { startWasm } from '../../../training/engine/start-wasm.ts';
import { wasmPath } from '../../../training/engine/wasm-path.ts';
import { tuneOnPack } from '../../../training/learn/tune-on-pack.ts';
import { answerParent } from '../system/child-process.ts';

export interface ToBrowserTraining {
  /** Encoded, of the version to train from. */
  weights: Uint8Array;
  pack: Uint8Array;
  seed: number;
}

/** Trains on a pack as the page's trainer does; answers with the candidate's bytes. */
async function train(lesson: ToBrowserTraining): Promise<Uint8Array> {
  await startWasm(wasmPath);
  const tuning = tuneOnPack(lesson);
  for (;;) {
    const state = await tuning.next();
    if (state.done) return state.value;
  }
}

answerParent(train);
