import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite, types } from '@electric-sql/pglite';
import { DatabaseRefused } from './database-errors.ts';
import { type Disk, describeLackOfRoom, megabyte } from './disk-guard.ts';
import { DataFolderInUse, lockFolder } from './folder-lock.ts';

/** The folder cannot be created or written to. */
export class DataFolderUnwritable extends Error {
  override readonly name = 'DataFolderUnwritable';
  readonly folder: string;
  constructor(folder: string, cause: unknown) {
    super(`cannot write to the data folder ${folder}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
    this.folder = folder;
  }
}

/** The database folder is not empty but lacks PG_VERSION. */
export class DatabaseIncomplete extends Error {
  override readonly name = 'DatabaseIncomplete';
  constructor(folder: string) {
    super(
      `the database in ${folder} has no file PG_VERSION, so a part of it is missing: restore the folder from a backup, or move it away to start with an empty database`,
    );
  }
}

export interface OpenFolder {
  pglite: PGlite;
  /** Folder of the database. */
  path: string;
  /** Call it once the schema is applied: from then on the folder holds data worth keeping. */
  finished(): Promise<void>;
  /** Without `writable` the database is abandoned as in a crash: closing PGlite writes, and might never return. */
  close(how: { writable: boolean }): Promise<void>;
}

/**
 * Opens PGlite in `${dataDir}/pglite` for this process alone; creates the folder if needed. PGlite writes to the
 * operating system before it answers, so acked rows survive the death of this process; it runs without fsync, so a
 * power cut can lose rows that PostgreSQL would keep. Throws DatabaseRefused if the disk is full: PGlite would never
 * return.
 */
export async function openFolder(dataDir: string, disk?: Disk): Promise<OpenFolder> {
  const folder = join(dataDir, 'pglite');
  // There while the first start is under way: a process killed in it leaves files that no longer open.
  const unfinished = join(dataDir, 'pglite.unfinished');
  const unlock = await writable(dataDir, async () => {
    await mkdir(dataDir, { recursive: true });
    return lockFolder(dataDir);
  });
  try {
    await writable(dataDir, async () => {
      if (await exists(unfinished)) await rm(folder, { recursive: true, force: true });
      if (await isEmpty(folder)) await writeFile(unfinished, '');
    });
    const first = await exists(unfinished);
    const full = await describeLackOfRoom(dataDir, { disk, more: first ? newBytes : 0 });
    if (full !== null) throw new DatabaseRefused(full.trouble);
    // PGlite would make an empty database over the rest of the old one.
    if (!first && !(await exists(join(folder, 'PG_VERSION')))) throw new DatabaseIncomplete(folder);
    const pglite = await openPglite(folder);
    return {
      pglite,
      path: folder,
      finished: () => rm(unfinished, { force: true }),
      close: async ({ writable: clean }) => {
        try {
          if (clean) await pglite.close();
        } finally {
          await unlock();
        }
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** An empty database with its first segments of the write-ahead log. */
const newBytes = 64 * megabyte;

// V8 compiles PGlite once, quickly. Its second, optimising compiler would take three seconds of processor at a start
// and 270 MB, and queries are as fast without (DECISIONS 57). Nothing else in this process is WebAssembly.
for (const flag of ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'])
  setFlagsFromString(flag);

// The page cache of a server, 128 MB, would be most of this process; the whole gallery of a class fits in this.
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];

/** PGlite's own converters make a string of every byte: 0.2 s of processor for the weights of a version. */
const bytea = {
  serializers: {
    [types.BYTEA]: (bytes: Uint8Array) =>
      `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`,
  },
  parsers: { [types.BYTEA]: (text: string) => Buffer.from(text.slice(2), 'hex') },
};

async function openPglite(folder: string): Promise<PGlite> {
  try {
    return await PGlite.create(folder, { relaxedDurability: false, startParams, ...bytea });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the database in ${folder} does not open: ${reason}`, { cause });
  }
}

async function writable<Result>(dataDir: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DataFolderInUse ? error : new DataFolderUnwritable(dataDir, error);
  }
}

/** Whether the folder is missing or empty (Docker creates an empty one for a volume). */
async function isEmpty(folder: string): Promise<boolean> {
  return !(await exists(folder)) || (await readdir(folder)).length === 0;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
