import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'slonik';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordLabel } from '../predictions.ts';
import { countLabels } from '../sample-queries.ts';
import { layDatabase } from '../testing/data-folder-template.ts';
import { DatabaseRefused, DatabaseUnavailable } from './database-errors.ts';
import { type Disk, megabyte, reserveBytes } from './disk-guard.ts';
import { type Database, openDatabase } from './open-database.ts';
import { DatabaseIncomplete } from './pglite-folder.ts';
import type { Trouble } from './trouble.ts';

// One database serves all the tests: opening it is most of what they take.
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

/** A disk with so much room, which cannot be written to when `readOnly`. */
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
  test('refuses what writes before PostgreSQL finds it full, answers questions, and heals by itself', async () => {
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

  test('lets nothing of a transaction in once it is short', async () => {
    const db = await open();
    const both = db.run(connection =>
      connection.transaction(async transaction => {
        await transaction.query(sql.unsafe`INSERT INTO authors (author, held_out) VALUES ('ada', false)`);
        state.freeBytes = 0;
        await transaction.query(sql.unsafe`INSERT INTO authors (author, held_out) VALUES ('bo', false)`);
      }),
    );
    await expect(both).rejects.toBeInstanceOf(DatabaseUnavailable);
    state.freeBytes = 1e12;
    const { rows } = await db.run(connection => connection.query(sql.unsafe`SELECT author FROM authors`));
    expect(rows).toEqual([]);
  });

  test('ends the start in a sentence, and the folder can be opened when there is room', async () => {
    await close();
    state.freeBytes = 10 * megabyte;
    await expect(openAt(dataDir)).rejects.toBeInstanceOf(DatabaseRefused);
    await expect(openAt(dataDir)).rejects.toThrow('10 MB are left, and 64 MB are needed');
    state.freeBytes = 1e12;
    await open();
  });

  test('does not begin a first start that it cannot hold', async () => {
    state.freeBytes = reserveBytes;
    await expect(openAt(join(base, 'first'))).rejects.toThrow('64 MB are left, and 128 MB are needed');
  });

  test('is not written to at the end either', async () => {
    const db = await open();
    const labels = await countLabels(db);
    await label(db);
    state.freeBytes = 0;
    await close();
    state.freeBytes = 1e12;
    expect(await countLabels(await open())).toBe(labels + 1);
  });
});

test('a folder that becomes read-only is noticed before anybody writes', async () => {
  const db = await open();
  state.readOnly = true;
  expect(await db.trouble()).toMatchObject({ reason: expect.stringContaining('data folder') });
  await expect(label(db)).rejects.toBeInstanceOf(DatabaseUnavailable);
});

describe('a folder without PG_VERSION', () => {
  test('is refused, and stays as it is', async () => {
    await close();
    const file = join(dataDir, 'pglite', 'PG_VERSION');
    const version = await readFile(file);
    await rm(file);
    await expect(openAt(dataDir)).rejects.toBeInstanceOf(DatabaseIncomplete);
    await expect(openAt(dataDir)).rejects.toThrow('restore the folder from a backup');
    await writeFile(file, version);
    await open();
  });

  test('is a first start where it is empty, as Docker makes a folder for a volume', async () => {
    await mkdir(join(base, 'empty', 'pglite'), { recursive: true });
    state.freeBytes = reserveBytes;
    await expect(openAt(join(base, 'empty'))).rejects.toThrow('128 MB are needed');
  });
});

test('a table that is dropped is noticed, and named so to who asks for it', async () => {
  const db = await open();
  expect(await db.trouble()).toBeNull();
  await db.run(connection => connection.query(sql.unsafe`DROP TABLE predictions CASCADE`));
  expect(await db.trouble()).toMatchObject({ reason: expect.stringContaining('lost tables') });
  await expect(countLabels(db)).rejects.toBeInstanceOf(DatabaseUnavailable);
});
