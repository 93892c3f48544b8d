import { networkOf, siteOf } from './network.ts';

/** A token bucket: `burst` at once, `perSecond` over time. */
export interface Allowance {
  perSecond: number;
  burst: number;
}

export interface Limiter {
  /**
   * Takes `cost` tokens of `key` at `at` ms: returns 0 if they were available, else the ms until they are. An IPv6
   * address shares its tokens with its 64-bit network, and sixteen times as many with its 48-bit network.
   */
  take(key: string, cost?: number, at?: number): number;
  /** Takes `cost` tokens of `key` even if they are not available: for costs known only afterwards. */
  charge(key: string, cost: number): void;
  /** Keys that are remembered. */
  size(): number;
}

/** Limit of remembered keys: four thousand sessions in each of five halls. The oldest are removed first. */
export const maxKeys = 20_000;
/** Number of keys removed at once, so that the removal is cheap on average. */
const forgottenAtOnce = maxKeys / 10;
/** A limiter sweeps itself whenever the number of keys has doubled. */
const minKeysToSweep = 1_000;
/** An IPv6 site is a building or a campus: it has more than one network, but fewer than an attacker can make up. */
const siteShares = 16;

/** `now` in ms, monotonic. */
export function createLimiter({ perSecond, burst }: Allowance, now: () => number): Limiter {
  const networks = createBuckets({ perSecond, burst }, now);
  const sites = createBuckets({ perSecond: siteShares * perSecond, burst: siteShares * burst }, now);
  return {
    take(key, cost = 1, at = now()) {
      if (!key.includes(':')) return networks.take(key, cost, at);
      const network = networkOf(key);
      const site = siteOf(network);
      return networks.take(network, cost, at) || (site === undefined ? 0 : sites.take(site, cost, at));
    },
    charge(key, cost) {
      if (!key.includes(':')) return networks.charge(key, cost);
      const network = networkOf(key);
      const site = siteOf(network);
      networks.charge(network, cost);
      if (site !== undefined) sites.charge(site, cost);
    },
    size: () => networks.size() + sites.size(),
  };
}

function createBuckets({ perSecond, burst }: Allowance, now: () => number): Limiter {
  const buckets = new Map<string, { tokens: number; at: number }>();
  let sweepAt = minKeysToSweep;

  /** Forgets full buckets, which are no different from new ones. */
  function sweep() {
    const at = now();
    for (const [key, bucket] of buckets) {
      if (bucket.tokens + ((at - bucket.at) / 1000) * perSecond >= burst) buckets.delete(key);
    }
    sweepAt = Math.min(maxKeys, Math.max(minKeysToSweep, 2 * buckets.size));
  }

  function makeRoom() {
    if (buckets.size >= sweepAt) sweep();
    if (buckets.size < maxKeys) return;
    for (const oldest of [...buckets.keys()].slice(0, forgottenAtOnce)) buckets.delete(oldest);
  }

  function filled(key: string, at: number) {
    const known = buckets.get(key);
    if (known === undefined) makeRoom();
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
    size: () => buckets.size,
  };
}
