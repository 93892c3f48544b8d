import type { Logger } from 'pino';

export interface GalleryParts<Row> {
  /** Stores rows; rejects when the database is away. */
  save(rows: readonly Row[]): Promise<void>;
  log: Logger;
  /** Rows given up. */
  lost(count: number): void;
}

export interface Gallery<Row> {
  record(row: Row): void;
  /** Stores what is waiting, once, and takes nothing more. */
  close(): Promise<void>;
}

/** A second statement every quarter of a second carries any number of drawings. */
const flushMs = 250;
/** How long to leave a database alone that is away. */
const retryMs = 2_000;
/** Drawings kept while it is away: about 20 MB of ink. Past it the oldest go. */
const maxWaiting = 10_000;
/** Rows of one statement. */
const maxRows = 200;

/** Logs finished drawings behind the drawers' backs: nobody waits for the database. */
export function createGallery<Row>({ save, log, lost }: GalleryParts<Row>): Gallery<Row> {
  let waiting: Row[] = [];
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
    const rows = waiting.slice(0, maxRows);
    try {
      await save(rows);
      waiting = waiting.slice(rows.length);
      return waiting.length >= maxRows ? 0 : flushMs;
    } catch (error) {
      log.warn({ err: error, waiting: waiting.length }, 'drawings could not be logged, trying again');
      return retryMs;
    }
  }

  return {
    record(row) {
      waiting.push(row);
      // While a save is under way its rows stand at the front and must stay there.
      if (waiting.length > maxWaiting && saving === undefined) {
        lost(waiting.length - maxWaiting);
        waiting = waiting.slice(-maxWaiting);
      }
      if (saving === undefined) schedule(flushMs);
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
