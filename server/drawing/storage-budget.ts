import { addressStorage, serverStorage, sessionStorage } from '../rate-limit/rate-limits.ts';
import { createLimiter } from '../rate-limit/token-bucket.ts';
import type { Drawer } from './live-drawing.ts';

export type StorageBudget = ReturnType<typeof createStorageBudget>;

/** Limits the bytes that drawings and labels take on disk, per session, address and server. `now` in ms, monotonic. */
export function createStorageBudget(now: () => number) {
  const limiters = {
    sessions: createLimiter(sessionStorage, now),
    addresses: createLimiter(addressStorage, now),
    server: createLimiter(serverStorage, now),
  };
  return {
    /** Returns 0 and charges all three limits if `bytes` may be stored now, or else the ms to wait. */
    payFor({ session, address }: Pick<Drawer, 'session' | 'address'>, bytes: number): number {
      return (
        limiters.sessions.take(session, bytes) ||
        limiters.addresses.take(address, bytes) ||
        limiters.server.take('', bytes)
      );
    },
  };
}
