type After = (ms: number, run: () => void) => () => void;

export interface Repetition {
  ms: number;
  run(): void;
}

/** Repeats `run` every `ms` by `after`; returns what stops it. */
export function every(after: After, { ms, run }: Repetition) {
  let cancel = after(ms, tick);
  function tick() {
    cancel = after(ms, tick);
    run();
  }
  return () => cancel();
}

/** The same for a part that is started after it is made. */
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
