import type { Drawn } from '../people/population.ts';
import { ask, forkChild } from '../system/child-process.ts';

/** Messages between the bench and a prediction process. */
export type ToReader =
  | { type: 'load'; weights: Uint8Array }
  | { type: 'read'; what: ToRead; as: 'right' | 'decided' };

type ToRead = readonly Drawn[] | 'mnist';

export interface Reader {
  /** For each drawing, or image of the MNIST test set, whether the prediction is right. */
  right(what: ToRead): Promise<boolean[]>;
  /** As `right`, and whether the model is sure of it. */
  decided(what: ToRead): Promise<boolean[]>;
  stop(): void;
}

/** A model in a process of its own. */
export async function startReader(weights: Uint8Array): Promise<Reader> {
  const child = forkChild(new URL('./reader-worker.ts', import.meta.url));
  await ask(child, { type: 'load', weights } satisfies ToReader);
  const read = (what: ToRead, as: 'right' | 'decided') =>
    ask<boolean[]>(child, { type: 'read', what, as } satisfies ToReader);
  return {
    right: what => read(what, 'right'),
    decided: what => read(what, 'decided'),
    stop: () => void child.kill(),
  };
}
