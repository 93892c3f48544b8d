import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
// Each test starts the server twice, which takes seconds on an idle machine.
const folders = Array.from({ length: 4 }, temporaryFolder);
const [first, second, copies, spare] = folders.map(({ folder }) => folder);
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
  return stateOf(server);
}

async function ask(connectionString: string, question: string): Promise<unknown> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query(question);
  await client.end();
  return rows;
}

async function stateOf({ url }: TestServer) {
  const models: unknown = await (await fetch(`${url}/api/models`)).json();
  return { samples: await getSamples(url), models };
}

test('a copied folder of the embedded database is complete, and the copy command never overwrites', async () => {
  const server = await start({ DATA_DIR: first! });
  const before = await teach(server);
  expect(before.samples.samples).toHaveLength(1);
  await server.stop();
  const backup = join(copies!, 'folder');
  run('mkdir "$BACKUP"', { DATA_DIR: first!, BACKUP: backup });
  expect(() => run('mkdir "$BACKUP"', { DATA_DIR: first!, BACKUP: backup })).toThrow('File exists');
  expect(() => run('mkdir "$DATA_DIR"', { DATA_DIR: first!, BACKUP: backup })).toThrow('File exists');
  const copy = join(copies!, 'restored');
  run('mkdir "$DATA_DIR"', { DATA_DIR: copy, BACKUP: backup });
  expect(readdirSync(copy).sort()).toEqual(readdirSync(first!).sort());
  expect(statSync(copy).mode).toBe(statSync(first!).mode);
  const restored = await start({ DATA_DIR: copy });
  expect(await stateOf(restored)).toEqual(before);
  await restored.stop();
});

test('a dump of a running PostgreSQL is complete', async () => {
  const [from, to] = [await postgres.createDatabase('dumped'), await postgres.createDatabase('restored')];
  const server = await start({ DATABASE_URL: from, DATA_DIR: second! });
  const before = await teach(server);
  const backup = join(copies!, 'inkling.dump');
  run('pg_dump', { DATABASE_URL: from, BACKUP: backup });
  await server.stop();
  run('pg_restore', { DATABASE_URL: to, BACKUP: backup });
  const restored = await start({ DATABASE_URL: to, DATA_DIR: second! });
  expect(await stateOf(restored)).toEqual(before);
  await restored.stop();
});

test('a dump through Docker Compose replaces the data of a first start', async () => {
  const [from, to] = [await postgres.createDatabase('composed'), await postgres.createDatabase('again')];
  const server = await start({ DATABASE_URL: from, DATA_DIR: second! });
  const before = await teach(server);
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
  await server.stop();

  // The database container runs init.sql at its first start.
  await ask(to, readFileSync(new URL('../init.sql', import.meta.url), 'utf8'));
  for (const beginning of [
    'docker compose stop',
    "docker compose exec -T db sh -c 'export",
    'docker compose start',
  ])
    compose(beginning, 'again');
  const restored = await start({ DATABASE_URL: to, DATA_DIR: second! });
  expect(await stateOf(restored)).toEqual(before);
  await restored.stop();

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
  const [, said] = run('curl', { FROM: from.url, TO: to.url, BACKUP: join(copies!, 'inkling.ndjson') });
  expect(JSON.parse(said!)).toMatchObject({ ok: true, value: { added: 1, refused: 0 } });
  const { samples } = await getSamples(to.url);
  expect(samples).toMatchObject([{ label: 9, strokes: inkOf(4) }]);
  for (const server of [from, to]) await server.stop();
});
