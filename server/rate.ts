/** A token bucket: `burst` at once, `perSecond` over time. */
export interface Allowance {
  perSecond: number;
  burst: number;
}

export interface Limiter {
  /** Takes `cost` of `key`'s tokens, at `at` ms: 0 when they were there, else the ms after which they will be. */
  take(key: string, cost?: number, at?: number): number;
  /** Takes `cost` of `key`'s tokens, there or not: for what is known afterwards. */
  charge(key: string, cost: number): void;
  /** Forgets full buckets, which are no different from new ones. */
  sweep(): void;
}

/** `now` in ms, monotonic. */
export function createLimiter({ perSecond, burst }: Allowance, now: () => number): Limiter {
  const buckets = new Map<string, { tokens: number; at: number }>();

  function filled(key: string, at: number) {
    const known = buckets.get(key);
    const bucket = known ?? { tokens: burst, at };
    if (known === undefined) buckets.set(key, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
    return bucket;
  }

  return {
    take(key, cost = 1, at = now()) {
      const bucket = filled(key, at);
      if (bucket.tokens < cost) return Math.ceil(((cost - bucket.tokens) / perSecond) * 1000);
      bucket.tokens -= cost;
      return 0;
    },
    charge(key, cost) {
      filled(key, now()).tokens -= cost;
    },
    sweep() {
      const at = now();
      for (const [key, bucket] of buckets) {
        if (bucket.tokens + ((at - bucket.at) / 1000) * perSecond >= burst) buckets.delete(key);
      }
    },
  };
}
