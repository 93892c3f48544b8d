/** Repeats `run` every `ms` by `after`; returns what stops it. */
export function every(
  after: (ms: number, run: () => void) => () => void,
  { ms, run }: { ms: number; run(): void },
) {
  let cancel = after(ms, tick);
  function tick() {
    cancel = after(ms, tick);
    run();
  }
  return () => cancel();
}
