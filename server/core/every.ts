type After = (ms: number, run: () => void) => () => void;

export interface Repetition {
  ms: number;
  run(): void;
}

/** Runs `run` every `ms` with `after`; returns a function that stops it. */
export function every(after: After, { ms, run }: Repetition) {
  let cancel = after(ms, tick);
  function tick() {
    cancel = after(ms, tick);
    run();
  }
  return () => cancel();
}

/** The same as a service with `start` and `stop`. */
export function createTimer(after: After, repetition: Repetition) {
  let cancel: (() => void) | undefined;
  return {
    start() {
      cancel ??= every(after, repetition);
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
