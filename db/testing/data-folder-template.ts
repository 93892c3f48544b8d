import { cpSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../connection/open-database.ts';
import { runTemplate } from './run-template.ts';

/** Limit of a verb where a test is not about the limit: a busy machine may take as long as it likes. */
export const patientMs = 240_000;

/**
 * Copies an empty database with its schema into a new data folder: creating one takes most of a first start. A
 * benchmark creates its database like any first start.
 */
export async function layDatabase(dataDir: string): Promise<void> {
  const there = join(dataDir, 'pglite');
  if (existsSync(there)) return;
  const template = await runTemplate('data-folder', async folder => {
    await (await openDatabase({ dataDir: folder })).close();
  });
  if (template === null) return;
  await mkdir(dataDir, { recursive: true });
  // The asynchronous copy of a thousand files takes three times the processor.
  cpSync(join(template, 'pglite'), there, { recursive: true });
}

/** An empty embedded database in a folder that is removed on close. */
export async function openEmpty(): Promise<Database> {
  const dataDir = await mkdtemp(join(tmpdir(), 'inkling-database-'));
  await layDatabase(dataDir);
  const database = await openDatabase({ dataDir, verbMs: patientMs });
  return {
    ...database,
    async close() {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
