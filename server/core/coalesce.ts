export interface CoalesceParts<Result> {
  work(): Promise<Result>;
  minMs: number;
  /** Milliseconds, monotonic. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/**
 * Shares `work` among all callers: it starts at most once per `minMs`, and a caller gets the result of a start after
 * its call, so that no result is older than the call.
 */
export function coalesce<Result>({ work, minMs, now, wait }: CoalesceParts<Result>) {
  let next: Promise<Result> | undefined;
  let startMs = Number.NEGATIVE_INFINITY;

  async function start() {
    const waitMs = startMs + minMs - now();
    // `next` is set by then, because this runs at least one turn later.
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
