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
  /** For the verbs of db/: queries on one connection. */
  run: Run;
  /** Why it cannot be used now; null when it answers and has its schema. */
  trouble(): Promise<Trouble | null>;
  close(): Promise<void>;
}

export interface DatabaseParts {
  /** `postgresql://…`; without it the embedded database is used. */
  url?: string | undefined;
  /** Folder of the embedded database. */
  dataDir: string;
  /** The longest a verb may take, waiting for a connection included. */
  verbMs?: number;
  /** Hears once why the database cannot be used, whenever that changes. */
  report?: Report;
  /** The file system beneath the embedded database. */
  disk?: Disk;
}

/** A server that does not greet within this is away, and people are waiting for their label to be kept. */
const connectMs = 2_000;
/** A probe asks every few seconds whether the database answers. */
const answerMs = 1_000;
/** The schema may wait for another node's, and index a table of millions. */
const schemaMs = 90_000;
/** How long opening waits for the schema before it goes on in the background. */
const patienceMs = 3_000;
/** First and longest wait between two attempts at the schema. */
const retryMs = { first: 100, longest: 3_000 };
/** Connections of one node: its verbs are short, and PostgreSQL allows 100 to all nodes together. */
const poolSize = 10;

/**
 * Opens the database and applies the schema. A PostgreSQL server that is away does not fail it: the schema
 * is applied once the server answers, and until then every verb rejects with DatabaseUnavailable. Throws
 * DataFolderInUse, DataFolderUnwritable, and DatabaseRefused where waiting does not help.
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
  const pool = await poolOf(createPgliteDriver(folder.pglite, guard), 1);
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
  const pool = await poolOf(createPostgresDriver(address), poolSize);
  const run = createRun(pool, parts.verbMs);
  /** Why the schema is not in yet; null once it is. */
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
    // Anything but trouble is a bug in init.sql.
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
  /** Rejects with DatabaseUnavailable when queries would succeed and writing would not. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Fails where one of the tables is gone. */
const askTables = sql.unsafe`SELECT FROM predictions, authors, models, aliases, promotions, jobs LIMIT 0`;

function databaseOf({ kind, run: runOpen, check, close: closeOnce }: OpenParts): Database {
  let closing: Promise<void> | null = null;
  const run: Run = async (work, limitMs) => {
    if (closing) throw lost('it was closed');
    return runOpen(work, limitMs);
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

async function poolOf(driverFactory: DriverFactory, maxPoolSize: number): Promise<DatabasePool> {
  // The driver knows the address.
  const pool = await createPool('', {
    driverFactory,
    maxPoolSize,
    interceptors: [parseRows],
    // Whether and when to try again is the caller's to say.
    connectionRetryLimit: 0,
    connectionTimeout: connectMs,
    statementTimeout: verbMs,
    gracefulTerminationTimeout: 500,
    // No verb changes its session, so there is nothing to discard after each.
    resetConnection: async () => {},
  });
  // Every error is the caller's already; an 'error' nobody listens to would be thrown a second time.
  pool.on('error', () => {});
  return pool;
}
