export interface CoalesceParts<Result> {
  work(): Promise<Result>;
  leastMs: number;
  /** Milliseconds, monotonic. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/**
 * Shares `work` among all who ask: it starts at most once in `leastMs`, and who asks gets the result of a start after
 * the question, so that nobody is told of a state from before it.
 */
export function coalesce<Result>({ work, leastMs, now, wait }: CoalesceParts<Result>) {
  let next: Promise<Result> | undefined;
  let startMs = Number.NEGATIVE_INFINITY;

  async function start() {
    const waitMs = startMs + leastMs - now();
    // At least one turn later: `next` is set by then.
    await (waitMs > 0 ? wait(waitMs) : undefined);
    startMs = now();
    next = undefined;
    return work();
  }

  return (): Promise<Result> => {
    next ??= start();
    return next;
  };
}
