import { setTimeout as delay } from 'node:timers/promises';
import type { DriverFactory } from '@slonik/driver';
import { createPool, type DatabasePool, sql } from 'slonik';
import { applySchema } from './apply-schema.ts';
import { DatabaseRefused, DatabaseUnavailable, lost, tooLate, unavailable } from './database-errors.ts';
import { createDiskGuard, type Disk } from './disk-guard.ts';
import { parseRows } from './parse-rows.ts';
import { createPgliteDriver } from './pglite-driver.ts';
import { openFolder } from './pglite-folder.ts';
import { createPostgresDriver } from './postgres-driver.ts';
import { createRun, type Run, verbMs } from './run-query.ts';
import { parseAddress, type ServerAddress } from './server-address.ts';
import type { Trouble } from './trouble.ts';
import { createWatch, type Report } from './watch.ts';

export interface Database {
  kind: 'postgres' | 'pglite';
  /** Runs queries on one connection; the verbs of db/ use it. */
  run: Run;
  /** Why the database cannot be used now; null if it answers and has its schema. */
  trouble(): Promise<Trouble | null>;
  close(): Promise<void>;
}

export interface DatabaseParts {
  /** `postgresql://…`; without it the embedded database is used. */
  url?: string | undefined;
  /** Folder of the embedded database. */
  dataDir: string;
  /** Limit of one verb, including the wait for a connection, and of each of its statements. */
  verbMs?: number;
  /** Called once per change with the reason why the database cannot be used, or null. */
  report?: Report;
  /** The file system beneath the embedded database. */
  disk?: Disk;
}

/** A server that does not greet within this time is down; people are waiting for their label to be stored. */
const connectMs = 2_000;
/** Timeout of the readiness probe, which runs every few seconds. */
const answerMs = 1_000;
/** Applying the schema may wait for another node and may index a table of millions of rows. */
const schemaMs = 90_000;
/** Time that opening waits for the schema before it continues in the background. */
const patienceMs = 3_000;
/** First and longest wait between two attempts at the schema. */
const retryMs = { first: 100, longest: 3_000 };
/** Connections of one node: its verbs are short, and PostgreSQL allows 100 to all nodes together. */
const poolSize = 10;

/**
 * Opens the database and applies the schema. If a PostgreSQL server is down, opening succeeds, the schema is applied
 * once the server answers, and every verb rejects with DatabaseUnavailable until then. Throws DataFolderInUse,
 * DataFolderUnwritable, and DatabaseRefused if waiting does not help.
 */
export async function openDatabase(parts: DatabaseParts): Promise<Database> {
  return parts.url === undefined ? openEmbedded(parts) : openServer(parseAddress(parts.url), parts);
}

async function openEmbedded(parts: DatabaseParts): Promise<Database> {
  let closed = false;
  const watch = createWatch(
    trouble => closed || parts.report?.(trouble),
    () => performance.now(),
  );
  const folder = await openFolder(parts.dataDir, parts.disk);
  const guard = createDiskGuard({ folder: folder.path, disk: parts.disk, watch });
  const pool = await poolOf(createPgliteDriver(folder.pglite, guard), { maxPoolSize: 1, ...parts });
  const close = async () => {
    closed = true;
    await pool.end();
    await folder.close({ writable: await guard.writable() });
  };
  try {
    await pool.connect(applySchema);
    await folder.finished();
  } catch (error) {
    await close();
    throw error;
  }
  return databaseOf({ kind: 'pglite', run: createRun(pool, parts.verbMs), check: guard.check, close });
}

async function openServer(address: ServerAddress, parts: DatabaseParts): Promise<Database> {
  const pool = await poolOf(createPostgresDriver(address), { maxPoolSize: poolSize, ...parts });
  const run = createRun(pool, parts.verbMs);
  /** Why the schema is not applied yet; null once it is. */
  let missing: unknown = tooLate(patienceMs);
  let closed = false;
  const watch = createWatch(
    trouble => closed || parts.report?.(trouble),
    () => performance.now(),
  );

  const apply = async () => {
    try {
      await run(applySchema, schemaMs);
      missing = null;
    } catch (error) {
      missing = error;
    }
  };
  const applyUntilDone = async () => {
    for (let waitMs = retryMs.first; missing !== null && !closed; waitMs *= 2) {
      watch.failed(unavailable(missing).trouble);
      await delay(Math.min(waitMs, retryMs.longest), null, { ref: false });
      if (!closed) await apply();
    }
  };
  const close = async () => {
    closed = true;
    await pool.end();
  };

  const first = apply();
  await Promise.race([first, delay(patienceMs, null, { ref: false })]);
  if (missing !== null) {
    const hopeless = !(missing instanceof DatabaseUnavailable) || !missing.trouble.passing;
    if (hopeless) await close();
    // Any other error is a bug in init.sql.
    if (!(missing instanceof DatabaseUnavailable)) throw missing;
    if (hopeless) throw new DatabaseRefused(missing.trouble, { cause: missing });
    watch.failed(missing.trouble);
  }
  first.then(applyUntilDone);
  return databaseOf({
    kind: 'postgres',
    async run(work, limitMs) {
      if (missing !== null) throw unavailable(missing);
      try {
        const result = await run(work, limitMs);
        watch.succeeded();
        return result;
      } catch (error) {
        if (error instanceof DatabaseUnavailable) watch.failed(error.trouble);
        throw error;
      }
    },
    check: async () => {},
    close,
  });
}

interface OpenParts {
  kind: Database['kind'];
  run: Run;
  /** Rejects with DatabaseUnavailable if reads would succeed but writes would not. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Fails if one of the tables is missing. */
const askTables = sql.unsafe`SELECT FROM predictions, authors, models, aliases, promotions, jobs, rooms LIMIT 0`;

const closedError = (cause?: unknown) => lost('the database was closed', cause);

function databaseOf({ kind, run: runOpen, check, close: closeOnce }: OpenParts): Database {
  let closing: Promise<void> | null = null;
  const run: Run = async (work, limitMs) => {
    if (closing) throw closedError();
    try {
      return await runOpen(work, limitMs);
    } catch (error) {
      // What the pool says of work that it interrupts depends on how far the work got.
      throw closing ? closedError(error) : error;
    }
  };
  return {
    kind,
    run,
    trouble: async () => {
      try {
        await run(connection => connection.query(askTables), answerMs);
        await check();
        return null;
      } catch (error) {
        if (error instanceof DatabaseUnavailable) return error.trouble;
        throw error;
      }
    },
    close: () => {
      closing ??= closeOnce();
      return closing;
    },
  };
}

async function poolOf(
  driverFactory: DriverFactory,
  { maxPoolSize, verbMs: statementTimeout = verbMs }: { maxPoolSize: number; verbMs?: number },
): Promise<DatabasePool> {
  // The driver has the address.
  const pool = await createPool('', {
    driverFactory,
    maxPoolSize,
    interceptors: [parseRows],
    // The caller decides whether and when to retry.
    connectionRetryLimit: 0,
    connectionTimeout: connectMs,
    statementTimeout,
    gracefulTerminationTimeout: 500,
    // No verb changes its session, so there is nothing to discard after each.
    resetConnection: async () => {},
  });
  // The caller receives every error as a rejection; without this listener Node would throw the 'error' event again.
  pool.on('error', () => {});
  return pool;
}
