import type { Drawn } from '../people/population.ts';
import { ask, forkChild } from '../system/child-process.ts';

/** Messages between the bench and a prediction process. */
export type ToReader =
  | { type: 'load'; weights: Uint8Array }
  | { type: 'read'; what: readonly Drawn[] | 'mnist' };

export interface Reader {
  /** For each drawing, or image of the MNIST test set, whether the prediction is right. */
  right(what: readonly Drawn[] | 'mnist'): Promise<boolean[]>;
  stop(): void;
}

/** A model in a process of its own. */
export async function startReader(weights: Uint8Array): Promise<Reader> {
  const child = forkChild(new URL('./reader-worker.ts', import.meta.url));
  await ask(child, { type: 'load', weights } satisfies ToReader);
  return {
    right: what => ask<boolean[]>(child, { type: 'read', what } satisfies ToReader),
    stop: () => void child.kill(),
  };
}
