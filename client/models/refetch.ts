import { effect, type ReadonlySignal } from '@preact/signals';

export interface RefetchParts {
  /** Rises when what was seen is no longer so. */
  events: ReadonlySignal<number>;
  refetch(): Promise<void>;
  wait(ms: number): Promise<void>;
  random(): number;
}

const restMs = 700; // a drawing is finished and labelled in one breath: one look for both
const spreadMs = 800; // a room of hundreds does not ask in the same instant

/** Looks now, and again after every event: one look for many. Returns what stops it. */
export function refetchOn({ events, refetch, wait, random }: RefetchParts): () => void {
  const seen = events.peek();
  let asked = false;
  let stopped = false;
  const stop = effect(() => {
    if (events.value === seen || asked) return;
    asked = true;
    void wait(restMs + random() * spreadMs).then(() => {
      asked = false;
      return stopped ? undefined : refetch();
    });
  });
  void refetch();
  return () => {
    stopped = true;
    stop();
  };
}
