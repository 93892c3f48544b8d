import type { Logger } from 'pino';
import type { Metrics } from '../core/metrics.ts';

export interface PredictionLogParts<Row> {
  /** Stores rows; rejects when the database is away. */
  save(rows: readonly Row[]): Promise<void>;
  /** About how much memory a row takes. */
  bytesOf(row: Row): number;
  log: Logger;
  metrics: { unlogged: Pick<Metrics['unlogged'], 'inc'> };
}

export interface PredictionLog<Row> {
  /** Resolves when the row is stored; at once when the database is away and it has to wait. */
  append(row: Row): Promise<void>;
  /** Stores what is waiting, once, and takes nothing more. */
  stop(): Promise<void>;
}

/** A statement costs the same with one drawing as with ten, and nobody sees the ack of what they finished. */
const flushMs = 500;
/** How long to leave a database alone that is away. */
const retryMs = 2_000;
/** Drawings kept while it is away, by number and by bytes: a drawing has 2 KB, or 100. Past them the oldest go. */
const maxWaiting = 10_000;
export const maxWaitingBytes = 33_554_432;
/** Rows of one statement, and their bytes: the embedded database keeps everybody waiting meanwhile. */
const maxRows = 200;
export const maxStatementBytes = 700_000;
/** After a statement cut short by big drawings the database rests so many times as long as it took. */
const restPerBig = 3;

/** Logs finished drawings behind the drawers' backs: only an ack waits for the database, and not for one that is away. */
export function createPredictionLog<Row>({
  save,
  bytesOf,
  log,
  metrics,
}: PredictionLogParts<Row>): PredictionLog<Row> {
  const waiting: { row: Row; bytes: number; settle(): void }[] = [];
  let waitingBytes = 0;
  let away = false;
  let timer: NodeJS.Timeout | undefined;
  let saving: Promise<void> | undefined;

  /** Takes the oldest `count` from those that wait. */
  function take(count: number) {
    const taken = waiting.splice(0, count);
    for (const { bytes } of taken) waitingBytes -= bytes;
    for (const { settle } of taken) settle();
  }

  /** The oldest that have to go, so that the rest fits. */
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

  /** The first, and as many more as a statement may have. */
  function rowsOfStatement(): number {
    let sum = 0;
    const first = waiting.findIndex(({ bytes }, i) => {
      sum += bytes;
      return i === maxRows || (i > 0 && sum > maxStatementBytes);
    });
    return first < 0 ? waiting.length : first;
  }

  /** Saves the oldest rows; returns how long to wait before the next ones. */
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
      log.warn({ err: error, waiting: waiting.length }, 'drawings could not be logged, trying again');
      away = true;
      for (const { settle } of waiting) settle();
      return retryMs;
    }
  }

  return {
    append(row) {
      const { promise, resolve: settle } = Promise.withResolvers<void>();
      const bytes = bytesOf(row);
      waiting.push({ row, bytes, settle });
      waitingBytes += bytes;
      if (away) settle();
      // While a save is under way its rows stand at the front and must stay there.
      const given = saving === undefined ? over() : 0;
      if (given > 0) {
        take(given);
        metrics.unlogged.inc(given);
      }
      if (saving === undefined) schedule(flushMs);
      return promise;
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
