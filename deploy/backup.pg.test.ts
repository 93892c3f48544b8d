import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../db/connection/open-database.ts';
import { ensureBase, listModels, loadModel } from '../db/models.ts';
import { recordLabel } from '../db/predictions.ts';
import { house } from '../db/rooms.ts';
import { listSamples } from '../db/sample-queries.ts';
import { label } from '../db/testing/databases.ts';
import { startPostgres, type TestPostgres } from '../db/testing/postgres.ts';
import {
  connect,
  draw,
  getSamples,
  inkOf,
  startServer,
  type TestServer,
  temporaryFolder,
} from '../server/testing/server.ts';
import { recipe } from './test-recipes.ts';

/** Backup and restore with the exact commands of README.md. */

const token = 'a-token-of-the-tests';
const folders = Array.from({ length: 3 }, temporaryFolder);
const [first, copies, spare] = folders.map(({ folder }) => folder);
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.remove();
  for (const { remove } of folders) remove();
});

/** Runs the commands of README.md that begin with `beginning`. `stands` maps programs to fake ones. */
function run(beginning: string, variables: Record<string, string>, stands = '') {
  const programs = globSync('/usr/lib/postgresql/*/bin').sort().at(-1) ?? '';
  return recipe(beginning).map(command =>
    execFileSync('sh', ['-euc', command], {
      env: { PATH: `${stands}:${process.env.PATH}:${programs}`, ADMIN_TOKEN: token, ...variables },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

const start = (settings: Record<string, string>) =>
  startServer({ ADMIN_TOKEN: token, INFERENCE_PROCESSES: '1', ENGINE: 'wasm', ...settings });

async function teach(server: TestServer) {
  const { client } = await connect(server.url);
  const { drawing } = await draw(client, inkOf(4));
  expect(await client.emitWithAck('label', { drawing, digit: 9 })).toMatchObject({ ok: true });
  client.close();
}

/** A server is started only where a test is about servers: a database holds all that a backup keeps. */
async function use<Result>(
  place: { url?: string; dataDir?: string },
  act: (db: Database) => Promise<Result>,
): Promise<Result> {
  const db = await openDatabase({ dataDir: '', ...place });
  try {
    return await act(db);
  } finally {
    await db.close();
  }
}

async function fill(db: Database) {
  const shipped = {
    version: 'base-1',
    card: { version: 'base-1' },
    weights: new Uint8Array(100_000).fill(7),
  };
  await ensureBase(db, shipped);
  await recordLabel(db, label(9));
  return stateOf(db);
}

async function stateOf(db: Database) {
  const models = await listModels(db, { room: house, limit: 100 });
  return {
    samples: await listSamples(db, { limit: 100 }),
    models,
    weights: await Promise.all(models.map(({ version }) => loadModel(db, version))),
  };
}

async function ask(connectionString: string, question: string): Promise<unknown> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query(question);
  await client.end();
  return rows;
}

test('a copied folder of the embedded database is complete, and the copy command never overwrites', async () => {
  const server = await start({ DATA_DIR: first! });
  await teach(server);
  await server.stop();
  const before = await use({ dataDir: first! }, stateOf);
  expect(before).toMatchObject({ samples: [{}], models: [{}] });
  const backup = join(copies!, 'folder');
  run('mkdir "$BACKUP"', { DATA_DIR: first!, BACKUP: backup });
  expect(() => run('mkdir "$BACKUP"', { DATA_DIR: first!, BACKUP: backup })).toThrow('File exists');
  expect(() => run('mkdir "$DATA_DIR"', { DATA_DIR: first!, BACKUP: backup })).toThrow('File exists');
  const copy = join(copies!, 'restored');
  run('mkdir "$DATA_DIR"', { DATA_DIR: copy, BACKUP: backup });
  expect(readdirSync(copy).sort()).toEqual(readdirSync(first!).sort());
  expect(statSync(copy).mode).toBe(statSync(first!).mode);
  expect(await use({ dataDir: copy }, stateOf)).toEqual(before);
});

test('a dump of a running PostgreSQL is complete', async () => {
  const [from, to] = [await postgres.createDatabase('dumped'), await postgres.createDatabase('restored')];
  const backup = join(copies!, 'inkling.dump');
  const before = await use({ url: from }, async db => {
    const state = await fill(db);
    run('pg_dump', { DATABASE_URL: from, BACKUP: backup });
    return state;
  });
  run('pg_restore', { DATABASE_URL: to, BACKUP: backup });
  expect(await use({ url: to }, stateOf)).toEqual(before);
});

test('a dump through Docker Compose replaces the data of a first start', async () => {
  const [from, to] = [await postgres.createDatabase('composed'), await postgres.createDatabase('again')];
  const before = await use({ url: from }, fill);
  const stands = join(copies!, 'stands');
  mkdirSync(stands);
  const docker = `case "$*" in
    "compose stop app" | "compose start app") ;;
    "compose exec -T db sh -c "*) shift 6; exec sh -c "$1" ;;
    *) echo "not expected: $*" >&2; exit 1 ;;
  esac`;
  writeFileSync(join(stands, 'docker'), `#!/bin/sh\n${docker}\n`, { mode: 0o755 });
  const compose = (beginning: string, database: string) => {
    const connection = { PGHOST: '127.0.0.1', PGPORT: String(postgres.port) };
    const variables = { ...connection, POSTGRES_USER: 'postgres', POSTGRES_DB: database };
    return run(beginning, { ...variables, BACKUP: join(copies!, 'composed.dump') }, stands);
  };
  compose("docker compose exec -T db sh -c 'pg_dump", 'composed');

  // The database container runs init.sql at its first start.
  await ask(to, readFileSync(new URL('../init.sql', import.meta.url), 'utf8'));
  for (const beginning of [
    'docker compose stop',
    "docker compose exec -T db sh -c 'export",
    'docker compose start',
  ])
    compose(beginning, 'again');
  expect(await use({ url: to }, stateOf)).toEqual(before);

  // An invalid backup leaves the database unchanged.
  writeFileSync(join(copies!, 'composed.dump'), 'no dump');
  expect(() => compose("docker compose exec -T db sh -c 'export", 'again')).toThrow('archive');
  expect(await ask(to, 'SELECT true_label FROM predictions')).toEqual([{ true_label: 9 }]);
});

const hasCurl = spawnSync('curl', ['--version']).status === 0;
test.skipIf(!hasCurl)('drawings and labels move from one kind of database to the other', async () => {
  const [from, to] = [
    await start({ DATA_DIR: first! }),
    await start({ DATABASE_URL: await postgres.createDatabase('other'), DATA_DIR: spare! }),
  ];
  const [, output] = run('curl', { FROM: from.url, TO: to.url, BACKUP: join(copies!, 'inkling.ndjson') });
  expect(JSON.parse(output!)).toMatchObject({ ok: true, value: { added: 1, refused: 0 } });
  const { samples } = await getSamples(to.url);
  expect(samples).toMatchObject([{ label: 9, strokes: inkOf(4) }]);
  for (const server of [from, to]) await server.stop();
});
