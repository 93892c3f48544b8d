import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../db/test-postgres.ts';
import {
  connect,
  draw,
  getSamples,
  inkOf,
  startServer,
  type TestServer,
  temporaryFolder,
} from '../server/test-server.ts';

/** Backup and restore by the commands of README.md, as they are written there. */

const commands = [
  ...readFileSync(new URL('./README.md', import.meta.url), 'utf8').matchAll(/^```sh\n([^`]*)```/gm),
].flatMap(([, block = '']) => block.trim().split('\n'));
const token = 'a-token-of-the-tests';
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

function run(beginning: string, variables: Record<string, string>) {
  const found = commands.filter(command => command.startsWith(beginning));
  expect(found.length).toBeGreaterThan(0);
  const programs = globSync('/usr/lib/postgresql/*/bin').sort().at(-1) ?? '';
  return found.map(command =>
    execFileSync('sh', ['-euc', command], {
      env: { PATH: `${process.env.PATH}:${programs}`, ADMIN_TOKEN: token, ...variables },
      encoding: 'utf8',
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

async function stateOf({ url }: TestServer) {
  const models: unknown = await (await fetch(`${url}/api/models`)).json();
  return { samples: await getSamples(url), models };
}

test('a copied folder of the embedded database has everything', async () => {
  const server = await start({ DATA_DIR: first! });
  const before = await teach(server);
  expect(before.samples.samples).toHaveLength(1);
  await server.stop();
  const backup = join(copies!, 'folder');
  run('cp -a', { DATA_DIR: first!, BACKUP: backup });
  const restored = await start({ DATA_DIR: backup });
  expect(await stateOf(restored)).toEqual(before);
  await restored.stop();
});

test('a dump of PostgreSQL taken from a running server has everything', async () => {
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

const hasCurl = spawnSync('curl', ['--version']).status === 0;
test.skipIf(!hasCurl)('drawings and labels go from one kind of database to the other', async () => {
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
