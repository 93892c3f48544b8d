import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, openDatabase } from '../connection/open-database.ts';

/** Where a run of the tests keeps it; a benchmark by itself has none, and makes its database as anybody's first start does. */
const { TEST_TEMPLATE: place } = process.env;
const lookMs = 50;

/** Puts an empty database with its schema into a new data folder: making one is most of what a first start takes. */
export async function layDatabase(dataDir: string): Promise<void> {
  const there = join(dataDir, 'pglite');
  if (place === undefined || existsSync(there)) return;
  await mkdir(dataDir, { recursive: true });
  await cp(join(await template(place), 'pglite'), there, { recursive: true });
}

/** An empty embedded database, in a folder that goes when it is closed. */
export async function openEmpty(): Promise<Database> {
  const dataDir = await mkdtemp(join(tmpdir(), 'inkling-database-'));
  await layDatabase(dataDir);
  const database = await openDatabase({ dataDir });
  return {
    ...database,
    async close() {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Made by whoever needs it first; the others wait. */
async function template(within: string): Promise<string> {
  const [making, made] = [join(within, 'making'), join(within, 'made')];
  const first = await mkdir(making).then(
    () => true,
    () => false,
  );
  if (first && !existsSync(made)) {
    await (await openDatabase({ dataDir: making })).close();
    await rename(making, made);
  }
  while (!existsSync(made)) await sleep(lookMs);
  return made;
}
