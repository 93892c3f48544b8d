import { setTimeout as delay } from 'node:timers/promises';
import type { DriverFactory } from '@slonik/driver';
import { createPool, type DatabasePool, sql } from 'slonik';
import { parseRows } from './parse-rows.ts';
import { createPgliteDriver } from './pglite-driver.ts';
import { openFolder, openMemory } from './pglite-folder.ts';
import { createPostgresDriver } from './postgres-driver.ts';
import { createRun, type Run, verbMs } from './run.ts';
import { applySchema } from './schema.ts';
import { DatabaseUnavailable, isMisconfiguration } from './unavailable.ts';

export interface Database {
  kind: 'postgres' | 'pglite';
  /** For the verbs of db/: queries on one connection. */
  run: Run;
  /** Whether it can be used now: it answers and has its schema. */
  answering(): Promise<boolean>;
  close(): Promise<void>;
}

export interface DatabaseParts {
  /** `postgresql://…`; without it the embedded database is used. */
  url?: string | undefined;
  /** Folder of the embedded database; `memory://` keeps it in memory, for tests. */
  dataDir: string;
  /** The longest a verb may take, waiting for a connection included. */
  verbMs?: number;
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
 * DataFolderInUse, DataFolderUnwritable, and what the server says to wrong settings.
 */
export async function openDatabase(parts: DatabaseParts): Promise<Database> {
  return parts.url === undefined ? openEmbedded(parts) : openServer(parts.url, parts);
}

async function openEmbedded(parts: DatabaseParts): Promise<Database> {
  const folder = await (parts.dataDir === 'memory://' ? openMemory() : openFolder(parts.dataDir));
  const pool = await poolOf('', createPgliteDriver(folder.pglite), 1);
  const close = async () => {
    await pool.end();
    await folder.close();
  };
  try {
    await pool.connect(applySchema);
    await folder.finished();
  } catch (error) {
    await close();
    throw error;
  }
  return databaseOf('pglite', createRun(pool, parts.verbMs), close);
}

async function openServer(url: string, parts: DatabaseParts): Promise<Database> {
  const pool = await poolOf(url, createPostgresDriver(), poolSize);
  const run = createRun(pool, parts.verbMs);
  /** Why the schema is not in yet; null once it is. */
  let missing: unknown = new DatabaseUnavailable('it has not answered yet');
  let closed = false;

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
  if (missing !== null && (isMisconfiguration(missing) || !(missing instanceof DatabaseUnavailable))) {
    await close();
    throw missing;
  }
  first.then(applyUntilDone);
  return databaseOf(
    'postgres',
    async (work, limitMs) => {
      if (missing !== null) throw missing;
      return run(work, limitMs);
    },
    close,
  );
}

function databaseOf(kind: Database['kind'], runOpen: Run, closeOnce: () => Promise<void>): Database {
  let closing: Promise<void> | null = null;
  const run: Run = async (work, limitMs) => {
    if (closing) throw new DatabaseUnavailable('it was closed');
    return runOpen(work, limitMs);
  };
  return {
    kind,
    run,
    answering: async () => {
      try {
        return await run(connection => connection.exists(sql.unsafe`SELECT 1`), answerMs);
      } catch (error) {
        if (error instanceof DatabaseUnavailable) return false;
        throw error;
      }
    },
    close: () => {
      closing ??= closeOnce();
      return closing;
    },
  };
}

async function poolOf(url: string, driverFactory: DriverFactory, maxPoolSize: number): Promise<DatabasePool> {
  const pool = await createPool(url, {
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
