/** Runs `run` after `ms`; returns a function that cancels it. 0 runs it after all events of this turn. */
export function after(ms: number, run: () => void): () => void {
  if (ms < 1) {
    const immediate = setImmediate(run);
    return () => clearImmediate(immediate);
  }
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
