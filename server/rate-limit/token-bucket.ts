import { networkOf, siteOf } from './network.ts';

/** A token bucket: `burst` at once, `perSecond` over time. */
export interface Allowance {
  perSecond: number;
  burst: number;
}

export interface Limiter {
  /**
   * Takes `cost` of `key`'s tokens, at `at` ms: 0 when they were there, else the ms after which they will be. An IPv6
   * address shares them with its network of 64 bits, and sixteen times as many with that of 48.
   */
  take(key: string, cost?: number, at?: number): number;
  /** Takes `cost` of `key`'s tokens, there or not: for what is known afterwards. */
  charge(key: string, cost: number): void;
  /** Keys that are remembered. */
  size(): number;
}

/** Keys that are remembered: four thousand sessions in each of five halls. The oldest are forgotten first. */
export const maxKeys = 20_000;
/** Room that is made at once, so that making it costs little. */
const forgottenAtOnce = maxKeys / 10;
/** A limiter sweeps itself whenever it has doubled. */
const leastSweep = 1_000;
/** A site of IPv6 is a building or a campus: more than one network, and fewer than a stranger may make up. */
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
  let sweepAt = leastSweep;

  /** Forgets full buckets, which are no different from new ones. */
  function sweep() {
    const at = now();
    for (const [key, bucket] of buckets) {
      if (bucket.tokens + ((at - bucket.at) / 1000) * perSecond >= burst) buckets.delete(key);
    }
    sweepAt = Math.min(maxKeys, Math.max(leastSweep, 2 * buckets.size));
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
