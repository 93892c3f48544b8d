/**
 * A process hangs that gives no sign for this long. Signs come after each part of the work, 20 ms of an idle machine, so
 * that no length of the work and no busy machine ends it.
 */
export const silentMs = 300_000;

interface SilenceParts {
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
  hung(): void;
}

/** Calls `hung` once there was no sign for `silentMs`. */
export function watchSilence({ after, hung }: SilenceParts) {
  let cancel = after(silentMs, hung);
  return {
    /** Restarts the wait, after each sign. */
    reset() {
      cancel();
      cancel = after(silentMs, hung);
    },
    stop: () => cancel(),
  };
}

/** Least time between two signs: more add nothing. */
const signMs = 1_000;

/**
 * A clock in milliseconds for work that asks for the time around each of its parts. Each reading is a sign that the work
 * goes on, and `sign` is called for it, at most once a second.
 */
export function createSigningClock(now: () => number, sign: () => void): () => number {
  let signedMs = Number.NEGATIVE_INFINITY;
  return () => {
    const atMs = now();
    if (atMs - signedMs >= signMs) {
      signedMs = atMs;
      sign();
    }
    return atMs;
  };
}
