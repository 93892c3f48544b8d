import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, openDatabase } from '../connection/open-database.ts';

/** The test run's template folder. A benchmark has none and creates its database like any first start. */
const { TEST_TEMPLATE: place } = process.env;
const pollMs = 50;
/** Limit of a verb where a test is not about the limit: a busy machine may take as long as it likes. */
export const patientMs = 240_000;

/** Copies an empty database with its schema into a new data folder: creating one takes most of a first start. */
export async function layDatabase(dataDir: string): Promise<void> {
  const there = join(dataDir, 'pglite');
  if (place === undefined || existsSync(there)) return;
  await mkdir(dataDir, { recursive: true });
  await cp(join(await template(place), 'pglite'), there, { recursive: true });
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

/** The first process that needs the template creates it; the others wait. */
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
  while (!existsSync(made)) await sleep(pollMs);
  return made;
}
