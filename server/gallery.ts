import type { Logger } from 'pino';

export interface GalleryParts<Row> {
  /** Stores rows; rejects when the database is away. */
  save(rows: readonly Row[]): Promise<void>;
  log: Logger;
  /** Rows given up. */
  lost(count: number): void;
}

export interface Gallery<Row> {
  /** Resolves when the row is stored; at once when the database is away and it has to wait. */
  record(row: Row): Promise<void>;
  /** Stores what is waiting, once, and takes nothing more. */
  close(): Promise<void>;
}

/** A statement costs the same with one drawing as with ten, and nobody sees the ack of what they finished. */
const flushMs = 500;
/** How long to leave a database alone that is away. */
const retryMs = 2_000;
/** Drawings kept while it is away: about 20 MB of ink. Past it the oldest go. */
const maxWaiting = 10_000;
/** Rows of one statement. */
const maxRows = 200;

/** Logs finished drawings behind the drawers' backs: only an ack waits for the database, and not for one that is away. */
export function createGallery<Row>({ save, log, lost }: GalleryParts<Row>): Gallery<Row> {
  let waiting: { row: Row; settle(): void }[] = [];
  let away = false;
  let timer: NodeJS.Timeout | undefined;
  let saving: Promise<void> | undefined;

  function schedule(ms: number) {
    timer ??= setTimeout(() => {
      timer = undefined;
      saving = flush().then(pauseMs => {
        saving = undefined;
        if (waiting.length > 0) schedule(pauseMs);
      });
    }, ms);
  }

  /** Saves the oldest rows; returns how long to wait before the next ones. */
  async function flush(): Promise<number> {
    const oldest = waiting.slice(0, maxRows);
    try {
      await save(oldest.map(({ row }) => row));
      away = false;
      waiting = waiting.slice(oldest.length);
      for (const { settle } of oldest) settle();
      return waiting.length >= maxRows ? 0 : flushMs;
    } catch (error) {
      log.warn({ err: error, waiting: waiting.length }, 'drawings could not be logged, trying again');
      away = true;
      for (const { settle } of waiting) settle();
      return retryMs;
    }
  }

  return {
    record(row) {
      const { promise, resolve: settle } = Promise.withResolvers<void>();
      waiting.push({ row, settle });
      if (away) settle();
      // While a save is under way its rows stand at the front and must stay there.
      if (waiting.length > maxWaiting && saving === undefined) {
        const over = waiting.splice(0, waiting.length - maxWaiting);
        lost(over.length);
        for (const each of over) each.settle();
      }
      if (saving === undefined) schedule(flushMs);
      return promise;
    },
    async close() {
      clearTimeout(timer);
      await saving;
      clearTimeout(timer);
      for (let left = waiting.length; left > 0; left = waiting.length) {
        await flush();
        if (waiting.length < left) continue;
        lost(left);
        return;
      }
    },
  };
}
