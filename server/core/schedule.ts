/** Runs `run` after `ms`; returns what cancels it. 0 means after the events of this turn, which it then sees together. */
export function after(ms: number, run: () => void): () => void {
  if (ms < 1) {
    const immediate = setImmediate(run);
    return () => clearImmediate(immediate);
  }
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
