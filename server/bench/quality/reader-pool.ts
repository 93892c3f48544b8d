import type { Reading } from '../../../training/evaluation/metrics.ts';
import type { Drawn } from '../people/population.ts';
import { ask, forkChild } from '../system/child-process.ts';

/** Messages between the bench and a prediction process. */
export type ToReader =
  | { type: 'load'; weights: Uint8Array }
  | { type: 'read'; what: readonly Drawn[] | 'mnist' };

export interface Reader {
  /** The readings of drawings, or of the MNIST test set, in their order. */
  read(what: readonly Drawn[] | 'mnist'): Promise<Reading[]>;
  stop(): void;
}

/** A model in a process of its own. */
export async function startReader(weights: Uint8Array): Promise<Reader> {
  const child = forkChild(new URL('./reader-worker.ts', import.meta.url));
  await ask(child, { type: 'load', weights } satisfies ToReader);
  return {
    read: what => ask<Reading[]>(child, { type: 'read', what } satisfies ToReader),
    stop: () => void child.kill(),
  };
}
