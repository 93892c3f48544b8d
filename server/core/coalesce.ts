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

/** As `coalesce`, for each key apart; the keys asked for last are kept. */
export function coalesceByKey<Result>({
  work,
  ...parts
}: Omit<CoalesceParts<Result>, 'work'> & { work(key: string): Promise<Result> }) {
  const byKey = new Map<string, () => Promise<Result>>();
  return (key: string): Promise<Result> => {
    const shared = byKey.get(key) ?? coalesce({ ...parts, work: () => work(key) });
    byKey.delete(key);
    byKey.set(key, shared);
    for (const oldest of byKey.keys()) {
      if (byKey.size <= maxKeys) break;
      byKey.delete(oldest);
    }
    return shared();
  };
}
const maxKeys = 1_000;
