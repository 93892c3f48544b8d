import type { Logger } from 'pino';
import type { Metrics } from '../core/metrics.ts';

export interface PredictionLogParts<Row> {
  /** Stores rows; rejects during a database outage. */
  save(rows: readonly Row[]): Promise<void>;
  /** Approximate memory of a row. */
  bytesOf(row: Row): number;
  log: Logger;
  metrics: { unlogged: Pick<Metrics['unlogged'], 'inc'> };
}

export interface PredictionLog<Row> {
  /** Resolves once the row is stored, or at once if the row has to wait for the end of an outage. */
  append(row: Row): Promise<void>;
  /** Drops the waiting rows that match, once the statement under way has ended. */
  drop(matches: (row: Row) => boolean): Promise<void>;
  /** Stores the waiting rows with one attempt and accepts no more. */
  stop(): Promise<void>;
}

/** A statement with ten drawings costs as much as with one, and nobody watches the ack of a finish. */
const flushMs = 500;
/** Pause between attempts during an outage. */
const retryMs = 2_000;
/** Limits of waiting drawings, by number and bytes: a drawing has 2 KB, or 100. Beyond them the oldest are dropped. */
const maxWaiting = 10_000;
export const maxWaitingBytes = 33_554_432;
/**
 * Limits of one statement, in rows and bytes: the embedded database blocks everybody meanwhile, 20 ms for as much as
 * the biggest drawing has, or fifty digits.
 */
const maxRows = 200;
export const maxStatementBytes = 160_000;
/** After a statement cut short by large drawings, the log pauses for this multiple of the statement's duration. */
const restPerBig = 3;

/** Write-behind log of finished drawings: only acks wait for the database, and not during an outage. */
export function createPredictionLog<Row>({
  save,
  bytesOf,
  log,
  metrics,
}: PredictionLogParts<Row>): PredictionLog<Row> {
  const waiting: { row: Row; bytes: number; resolve(): void }[] = [];
  let waitingBytes = 0;
  let away = false;
  let timer: NodeJS.Timeout | undefined;
  let saving: Promise<void> | undefined;

  /** Removes the oldest `count` waiting rows. */
  function take(count: number) {
    const taken = waiting.splice(0, count);
    for (const { bytes } of taken) waitingBytes -= bytes;
    for (const { resolve } of taken) resolve();
  }

  /** Number of the oldest rows to drop, so that the rest fits the limits. */
  function over(): number {
    let bytes = waitingBytes;
    let count = 0;
    while (waiting.length - count > maxWaiting || bytes > maxWaitingBytes) bytes -= waiting[count++].bytes;
    return count;
  }

  function schedule(ms: number) {
    timer ??= setTimeout(() => {
      timer = undefined;
      saving = flush().then(pauseMs => {
        saving = undefined;
        if (waiting.length > 0) schedule(pauseMs);
      });
    }, ms);
  }

  /** The first row, and as many more as one statement may have. */
  function rowsOfStatement(): number {
    let sum = 0;
    const first = waiting.findIndex(({ bytes }, i) => {
      sum += bytes;
      return i === maxRows || (i > 0 && sum > maxStatementBytes);
    });
    return first < 0 ? waiting.length : first;
  }

  /** Saves the oldest rows; returns the ms to wait before the next ones. */
  async function flush(): Promise<number> {
    const oldest = waiting.slice(0, rowsOfStatement());
    const isCutShort = oldest.length < Math.min(maxRows, waiting.length);
    const beganMs = performance.now();
    try {
      await save(oldest.map(({ row }) => row));
      away = false;
      take(oldest.length);
      if (isCutShort) return restPerBig * (performance.now() - beganMs);
      return waiting.length >= maxRows ? 0 : flushMs;
    } catch (error) {
      log.warn({ err: error, waiting: waiting.length }, 'writing predictions failed; will retry');
      away = true;
      for (const { resolve } of waiting) resolve();
      return retryMs;
    }
  }

  return {
    append(row) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const bytes = bytesOf(row);
      waiting.push({ row, bytes, resolve });
      waitingBytes += bytes;
      if (away) resolve();
      // Rows that are being saved stay at the front of the queue.
      const given = saving === undefined ? over() : 0;
      if (given > 0) {
        take(given);
        metrics.unlogged.inc(given);
      }
      if (saving === undefined) schedule(flushMs);
      return promise;
    },
    async drop(matches) {
      while (saving !== undefined) await saving;
      const dropped = waiting.filter(({ row }) => matches(row));
      const kept = waiting.filter(({ row }) => !matches(row));
      waiting.splice(0, waiting.length, ...kept);
      for (const { bytes, resolve } of dropped) {
        waitingBytes -= bytes;
        resolve();
      }
    },
    async stop() {
      clearTimeout(timer);
      await saving;
      clearTimeout(timer);
      for (let left = waiting.length; left > 0; left = waiting.length) {
        await flush();
        if (waiting.length < left) continue;
        metrics.unlogged.inc(left);
        return;
      }
    },
  };
}
