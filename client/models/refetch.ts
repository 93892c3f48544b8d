import { effect, type ReadonlySignal } from '@preact/signals';

export interface RefetchParts {
  /** Increases when the fetched data is out of date. */
  events: ReadonlySignal<number>;
  refetch(): Promise<void>;
  wait(ms: number): Promise<void>;
  random(): number;
}

const restMs = 700; // the label and the end of a drawing come together: one refetch for both
const spreadMs = 800; // spreads the requests of a room of hundreds

/** Fetches now and after events, once for several. Returns the function that stops it. */
export function refetchOn({ events, refetch, wait, random }: RefetchParts): () => void {
  const seen = events.peek();
  let scheduled = false;
  let stopped = false;
  const stop = effect(() => {
    if (events.value === seen || scheduled) return;
    scheduled = true;
    void wait(restMs + random() * spreadMs).then(() => {
      scheduled = false;
      return stopped ? undefined : refetch();
    });
  });
  void refetch();
  return () => {
    stopped = true;
    stop();
  };
}
