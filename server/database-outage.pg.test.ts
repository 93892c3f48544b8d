import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../db/testing/postgres.ts';
import {
  connect,
  draw,
  getSamples,
  inkOf,
  spawnServer,
  startServer,
  type TestServer,
  temporaryFolder,
} from './testing/server.ts';

const data = temporaryFolder();
let postgres: TestPostgres;
let server: TestServer;

beforeAll(async () => {
  postgres = await startPostgres();
  server = await startServer({
    DATA_DIR: data.folder,
    DATABASE_URL: await postgres.createDatabase('outages'),
  });
});
afterAll(async () => {
  await server.stop('SIGKILL');
  await postgres.remove();
  data.remove();
});

const ready = async () => (await fetch(`${server.url}/readyz`)).status;

test('[L7] the database is away: drawing and predicting go on, labels are refused until it is back and stored once then', async () => {
  const { client } = await connect(server.url, { room: 'away' });
  const viewer = await connect(server.url, { room: 'away' });
  let frames = 0;
  viewer.client.on('frame', () => frames++);
  await postgres.stop();

  const { drawing } = await draw(client, inkOf(3));
  expect(frames).toBeGreaterThan(0);
  expect(await client.emitWithAck('label', { drawing, digit: 3 })).toMatchObject({
    ok: false,
    reason: 'unavailable',
  });
  expect(await client.emitWithAck('finish', { drawing })).toEqual({ ok: true });
  const unlabelled = await draw(client, inkOf(4));
  await client.emitWithAck('finish', { drawing: unlabelled.drawing });
  expect(await ready()).toBe(503);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${server.url}/api/samples?room=away`)).status).toBe(503);

  await postgres.start();
  const retry = () => client.emitWithAck('label', { drawing, digit: 3 });
  await expect.poll(async () => (await retry()).ok, { timeout: 60_000, interval: 300 }).toBe(true);
  await retry();
  await expect.poll(ready, { timeout: 60_000 }).toBe(200);
  await expect
    .poll(async () => (await getSamples(server.url, '?room=away')).samples.length, { timeout: 60_000 })
    .toBe(2);
  const { samples } = await getSamples(server.url, '?room=away');
  expect(new Map(samples.map(sample => [sample.drawing, sample.label]))).toEqual(
    new Map([
      [drawing, 3],
      [unlabelled.drawing, null],
    ]),
  );
  client.close();
  viewer.client.close();
});

test('[J3] the database is killed in the middle of a job: nothing is half promoted, and the job goes on or ends by name', async () => {
  const { client } = await connect(server.url, { room: 'job' });
  for (let digit = 0; digit < 3; digit++) {
    const { drawing } = await draw(client, inkOf(digit));
    await client.emitWithAck('label', { drawing, digit });
  }
  const phase = async () => {
    const response = await fetch(`${server.url}/api/training?room=job`);
    return response.ok ? JSON.parse(await response.text()).training?.phase : undefined;
  };
  const ask = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"where":"server","room":"job"}',
  };
  expect((await fetch(`${server.url}/api/training`, ask)).status).toBe(202);
  await expect.poll(phase, { timeout: 300_000 }).toBe('training');
  await postgres.kill();
  await draw(client, inkOf(5));
  await postgres.start();
  await expect.poll(phase, { timeout: 300_000, interval: 500 }).toMatch(/promoted|refused|failed/);
  const { champion, models } = JSON.parse(await (await fetch(`${server.url}/api/models?room=job`)).text());
  const status = new Map(
    models.map((model: { version: string; status: string }) => [model.version, model.status]),
  );
  expect(status.get(champion)).toBe('promoted');
  client.close();
}, 600_000);

test('[L7] a server started while the database is away draws and predicts, logs the reason once, and labels once it is back', async () => {
  const folder = temporaryFolder();
  const url = (await postgres.createDatabase('late')).replace('postgres@', 'postgres:hunter2@');
  await postgres.stop();
  const late = await startServer({ DATA_DIR: folder.folder, DATABASE_URL: url }, { ready: '/healthz' });
  const response = await fetch(`${late.url}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    ok: false,
    missing: expect.arrayContaining(['database']),
    reason: expect.stringMatching(/^Nothing answers at the address of the database/),
  });
  const { client } = await connect(late.url);
  const { drawing } = await draw(client, inkOf(5));
  for (let label = 0; label < 30; label++)
    expect(await client.emitWithAck('label', { drawing, digit: label % 10 })).toMatchObject({
      reason: 'unavailable',
    });
  const lines = late.output().split('\n');
  expect(
    lines.filter(line => line.includes('The database cannot be used just now. Nothing answers')),
  ).toHaveLength(1);
  expect(lines.filter(line => line.includes('a label could not be stored'))).toHaveLength(1);

  await postgres.start();
  await expect
    .poll(async () => (await client.emitWithAck('label', { drawing, digit: 5 })).ok, {
      timeout: 60_000,
      interval: 300,
    })
    .toBe(true);
  expect(await client.emitWithAck('finish', { drawing })).toEqual({ ok: true });
  client.close();
  await late.stop();
  expect(late.output()).not.toMatch(/hunter2|stack|^ +at /m);
  folder.remove();
});

test.each([
  [
    'a database that is not there',
    { DATABASE_URL: 'missing' },
    /no database of this name.*"missing" does not exist/,
  ],
  ['a host with a port', { DB_HOST: 'db:5433' }, /DB_HOST is "db:5433"; allowed is a host name.*DB_PORT/],
  [
    'a password that is not encoded',
    { DATABASE_URL: 'postgresql://ada:hunter#2@db/ink' },
    /percent-encoded.*%23/,
  ],
])('%s fails the start with one sentence', async (_, settings: Record<string, string>, sentence) => {
  const folder = temporaryFolder();
  if (settings.DATABASE_URL === 'missing')
    settings.DATABASE_URL = `postgresql://postgres@127.0.0.1:${postgres.port}/missing`;
  const { child, output } = spawnServer({ DATA_DIR: folder.folder, PORT: '0', ...settings });
  expect(await new Promise(resolve => child.once('close', resolve))).toBe(1);
  expect(output()).toMatch(sentence);
  expect(output()).not.toMatch(/hunter|TypeError|^ +at /m);
  folder.remove();
});

test('[PR6] a worker that is killed costs nothing but a late prediction', async () => {
  const { client } = await connect(server.url, { room: 'crash' });
  await draw(client, inkOf(1));
  for (const pid of inferenceProcesses()) process.kill(pid, 'SIGKILL');
  const { guess } = await draw(client, inkOf(8));
  expect(guess.probabilities).toHaveLength(10);
  await expect.poll(server.output).toContain('inference process ended');
  client.close();
});

test('[PR6] a worker that is stopped counts as hanging and is replaced', async () => {
  const { client } = await connect(server.url, { room: 'hang' });
  const [pid] = inferenceProcesses();
  process.kill(pid, 'SIGSTOP');
  const { guess } = await draw(client, inkOf(8));
  expect(guess.probabilities).toHaveLength(10);
  expect(inferenceProcesses()).not.toContain(pid);
  client.close();
});

test('[L6] a label for a drawing that waits for its prediction is stored without one', async () => {
  const { client } = await connect(server.url, { room: 'early' });
  for (const pid of inferenceProcesses()) process.kill(pid, 'SIGKILL');
  const drawing = randomUUID();
  await client.emitWithAck('redraw', { drawing, seq: 1, strokes: inkOf(2) });
  expect(await client.emitWithAck('label', { drawing, digit: 2 })).toMatchObject({ ok: true });
  client.close();
});

/** The server's children that run inference-worker.ts. */
function inferenceProcesses(): number[] {
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.pid)]).toString();
  return children
    .split('\n')
    .filter(line => line.includes('inference-worker'))
    .map(line => Number.parseInt(line, 10));
}
