import type { Refusal } from '../../shared/ack.ts';
import { refuse } from '../core/refusal.ts';
import { bigReadBytes } from '../rate-limit/rate-limits.ts';
import { createLimiter } from '../rate-limit/token-bucket.ts';

export interface BigReadsParts {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Milliseconds for which the event loop has been busy since the start. */
  busyMs(): number;
  /** Responses made at once. */
  atOnce: number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface BigReads {
  /**
   * Makes a response, or reads what it is made of, at its turn; charges the bytes of text and buffers to the address.
   * Refuses where the address has had too many, or too much waits.
   */
  serve<Value>(address: string, make: () => Promise<Value | Refusal>): Promise<Value | Refusal>;
  /** Waits for a turn only, for a part of a response in progress. */
  turn<Value>(address: string, make: () => Promise<Value>): Promise<Value>;
}

/** Of a database in a process of its own: a slow answer must not hold up everybody; more would only wait together. */
export const sharedAtOnce = 4;
/** Pause per millisecond of work: big reads take at most a quarter of a core. */
export const restPerBusyMs = 3;
/** Writing a megabyte to sockets takes milliseconds after the turn is over: big reads get 40 MB a second at most. */
const busyMsPerByte = 8 / 1_048_576;
const maxRestMs = 1_000;
/** A class opens the Lab at the same time; waiting requests cost memory. */
export const maxWaiting = 200;
/** Delay of a refusal: a client that retries at once does so once a second. */
export const refuseAfterMs = 1_000;

/**
 * Makes big responses one after the other, at a quarter of the processor at most, in turns between addresses:
 * predictions and ink have priority.
 */
export function createBigReads({ now, busyMs, atOnce, after }: BigReadsParts): BigReads {
  const addresses = createLimiter(bigReadBytes, now);
  /** By address, in the order of their turns. */
  const queues = new Map<string, (() => void)[]>();
  let waiting = 0;
  let running = 0;
  let countedMs = 0;
  let owedMs = 0;
  let resting = false;

  function next() {
    while (running < atOnce && !resting) {
      const [first] = queues;
      if (first === undefined) return;
      const [address, queue] = first;
      const begin = queue.shift();
      queues.delete(address);
      if (queue.length > 0) queues.set(address, queue);
      if (running++ === 0) countedMs = busyMs();
      begin?.();
    }
  }

  function rest() {
    if (resting || owedMs < 1) return;
    resting = true;
    after(Math.min(maxRestMs, Math.ceil(owedMs)), () => {
      resting = false;
      next();
    });
    owedMs = 0;
  }

  async function turn<Value>(address: string, make: () => Promise<Value>): Promise<Value> {
    await new Promise<void>(resolve => {
      const queue = queues.get(address) ?? [];
      queue.push(resolve);
      queues.set(address, queue);
      next();
    });
    try {
      return await make();
    } finally {
      running--;
      const atMs = busyMs();
      owedMs += restPerBusyMs * (atMs - countedMs);
      countedMs = atMs;
      rest();
      next();
    }
  }

  function late(refusal: Refusal): Promise<Refusal> | Refusal {
    if (waiting >= maxWaiting) return refusal;
    waiting++;
    return new Promise(resolve => {
      after(refuseAfterMs, () => {
        waiting--;
        resolve(refusal);
      });
    });
  }

  return {
    turn,
    async serve(address, make) {
      const retryAfterMs = addresses.take(address, 0);
      if (retryAfterMs > 0)
        return late({
          ...refuse('rate_limited', 'This address has read too much at once; ask again later.'),
          retryAfterMs,
        });
      if (waiting >= maxWaiting)
        return {
          ...refuse('overloaded', 'Too many ask for this at once; ask again later.'),
          retryAfterMs: refuseAfterMs,
        };
      waiting++;
      const big = await turn(address, async () => {
        waiting--;
        return make();
      });
      const bytes = typeof big === 'string' || Buffer.isBuffer(big) ? big.length : 0;
      addresses.charge(address, bytes);
      owedMs += restPerBusyMs * busyMsPerByte * bytes;
      rest();
      return big;
    },
  };
}
