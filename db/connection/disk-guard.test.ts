import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'slonik';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordLabel } from '../predictions.ts';
import { countLabels } from '../testing/count-labels.ts';
import { layDatabase } from '../testing/data-folder-template.ts';
import { DatabaseRefused, DatabaseUnavailable } from './database-errors.ts';
import { type Disk, megabyte, reserveBytes } from './disk-guard.ts';
import { type Database, openDatabase } from './open-database.ts';
import { DatabaseIncomplete } from './pglite-folder.ts';
import type { Trouble } from './trouble.ts';

// All tests share one database: opening one takes most of their time.
let base: string;
let dataDir: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'inkling-disk-'));
  dataDir = join(base, 'data');
  await layDatabase(dataDir);
});
afterAll(async () => {
  await close();
  await rm(base, { recursive: true, force: true });
});

/** A fake disk with `freeBytes` left; a write check fails when `readOnly`. */
const state = { freeBytes: 1e12, readOnly: false };
const disk: Disk = {
  statfs: async () => ({ bavail: Math.floor(state.freeBytes / 4_096), bsize: 4_096, blocks: 1e9 }),
  async access(file) {
    if (state.readOnly) throw new Error(`EROFS: read-only file system, access '${file}'`);
  },
};

let opened: Database | undefined;
let reports: (Trouble | null)[];
beforeEach(() => {
  state.freeBytes = 1e12;
  state.readOnly = false;
  reports = [];
});

const openAt = (folder: string) =>
  openDatabase({ dataDir: folder, disk, report: trouble => reports.push(trouble) });

async function open(): Promise<Database> {
  opened ??= await openAt(dataDir);
  return opened;
}

async function close() {
  await opened?.close();
  opened = undefined;
}

const label = (db: Database) =>
  recordLabel(db, {
    drawing: crypto.randomUUID(),
    author: 'ada',
    room: 'lobby',
    strokes: [[1, 2, 3, 4]],
    raster: new Uint8Array(784),
    guess: null,
    probabilities: null,
    model: null,
    at: new Date(0),
    digit: 7,
  });

describe('a disk that is nearly full', () => {
  test('refuses writes before PostgreSQL runs out of disk, still answers reads, and recovers', async () => {
    const db = await open();
    await label(db);
    state.freeBytes = reserveBytes - 1;
    await expect(label(db)).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(label(db)).rejects.toThrow('The disk of the data folder is full');
    expect(await countLabels(db)).toBe(1);
    expect(await db.trouble()).toMatchObject({ reason: expect.stringContaining('disk'), passing: true });
    expect(reports).toMatchObject([{ detail: '63 MB are left, and 64 MB are needed' }]);
    state.freeBytes = reserveBytes;
    await label(db);
    expect(await db.trouble()).toBeNull();
  });

  test('rolls back a transaction when the disk runs short in the middle', async () => {
    const db = await open();
    const both = db.run(connection =>
      connection.transaction(async transaction => {
        await transaction.query(
          sql.unsafe`INSERT INTO authors (room, author, held_out) VALUES ('lobby', 'ada', false)`,
        );
        state.freeBytes = 0;
        await transaction.query(
          sql.unsafe`INSERT INTO authors (room, author, held_out) VALUES ('lobby', 'bo', false)`,
        );
      }),
    );
    await expect(both).rejects.toBeInstanceOf(DatabaseUnavailable);
    state.freeBytes = 1e12;
    const { rows } = await db.run(connection => connection.query(sql.unsafe`SELECT author FROM authors`));
    expect(rows).toEqual([]);
  });

  test('fails the start with a clear message; the folder opens again once there is room', async () => {
    await close();
    state.freeBytes = 10 * megabyte;
    await expect(openAt(dataDir)).rejects.toBeInstanceOf(DatabaseRefused);
    await expect(openAt(dataDir)).rejects.toThrow('10 MB are left, and 64 MB are needed');
    state.freeBytes = 1e12;
    await open();
  });

  test('refuses a first start for which the disk is too small', async () => {
    state.freeBytes = reserveBytes;
    await expect(openAt(join(base, 'first'))).rejects.toThrow('64 MB are left, and 128 MB are needed');
  });

  test('closes without writing', async () => {
    const db = await open();
    const labels = await countLabels(db);
    await label(db);
    state.freeBytes = 0;
    await close();
    state.freeBytes = 1e12;
    expect(await countLabels(await open())).toBe(labels + 1);
  });
});

test('a folder that becomes read-only is reported before the next write', async () => {
  const db = await open();
  state.readOnly = true;
  expect(await db.trouble()).toMatchObject({ reason: expect.stringContaining('data folder') });
  await expect(label(db)).rejects.toBeInstanceOf(DatabaseUnavailable);
});

describe('a folder without PG_VERSION', () => {
  test('is refused and left unchanged', async () => {
    await close();
    const file = join(dataDir, 'pglite', 'PG_VERSION');
    const version = await readFile(file);
    await rm(file);
    await expect(openAt(dataDir)).rejects.toBeInstanceOf(DatabaseIncomplete);
    await expect(openAt(dataDir)).rejects.toThrow('restore the folder from a backup');
    await writeFile(file, version);
    await open();
  });

  test('counts as a first start if the folder is empty (Docker creates one for a volume)', async () => {
    await mkdir(join(base, 'empty', 'pglite'), { recursive: true });
    state.freeBytes = reserveBytes;
    await expect(openAt(join(base, 'empty'))).rejects.toThrow('128 MB are needed');
  });
});

test('a dropped table is detected and reported by name', async () => {
  const db = await open();
  expect(await db.trouble()).toBeNull();
  await db.run(connection => connection.query(sql.unsafe`DROP TABLE predictions CASCADE`));
  expect(await db.trouble()).toMatchObject({ reason: expect.stringContaining('lost tables') });
  await expect(countLabels(db)).rejects.toBeInstanceOf(DatabaseUnavailable);
});
