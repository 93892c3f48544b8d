import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../db/testing/free-port.ts';
import { topDigit } from '../../shared/distribution.ts';
import type { ModelList, SamplePage, TrainingState } from '../../shared/http-api.ts';
import type { Guess, Reread } from '../../shared/protocol.ts';
import type { Training } from '../../shared/training-protocol.ts';
import {
  connect,
  draw,
  startServer,
  type TestClient,
  type TestServer,
  temporaryFolder,
} from '../testing/server.ts';

/** Labels become a version or a refusal, on the real server with the real model. */

const adminToken = 'an-admin-token-for-tests';
const asAdmin = { authorization: `Bearer ${adminToken}` };
const data = temporaryFolder();
const clients: TestClient[] = [];
let server: TestServer;
let settings: Record<string, string>;

beforeAll(async () => {
  settings = {
    DATA_DIR: data.folder,
    ADMIN_TOKEN: adminToken,
    PORT: String(await freePort()),
    TEACH_STEPS: '100', // the lobby's strict gate refuses some shorter lessons
  };
  server = await startServer(settings);
});
afterAll(async () => {
  for (const client of clients) client.close();
  await server.stop('SIGKILL');
  data.remove();
});

const jobMs = 240_000;
/** For what takes seconds: asking costs processor that the job needs. */
const seldom = { timeout: 300_000, interval: 500 };

async function get<Value>(path: string): Promise<Value> {
  return JSON.parse(await (await fetch(server.url + path, { headers: asAdmin })).text());
}

async function send(method: string, path: string, body?: unknown) {
  const response = await fetch(server.url + path, {
    method,
    headers: { ...asAdmin, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return JSON.parse(await response.text());
}

async function enter() {
  const { client } = await connect(server.url);
  clients.push(client);
  return client;
}

/** A shape no model has seen, in one hand: a box with a tail, which somebody calls a 4. */
function box(variant: number): number[][] {
  const wobble = (value: number, index: number) =>
    Math.round(value + 14 * Math.sin(variant * 7.3 + index * 2.1));
  const corners = [250, 250, 720, 240, 730, 620, 260, 640, 250, 250, 250, 930];
  return [corners.map(wobble)];
}

/** Draws, labels and finishes; returns the predicted digit. */
async function teachOne(client: TestClient, strokes: number[][], digit: number): Promise<number> {
  const { drawing, guess } = await draw(client, strokes, { points: 50 });
  expect(await client.emitWithAck('label', { drawing, digit })).toMatchObject({ ok: true });
  await client.emitWithAck('finish', { drawing });
  return topDigit(guess.probabilities);
}

/** Starts a job and resolves with its last event and all phases on the way. */
async function learn(client: TestClient, samples?: number[]) {
  const events: Training[] = [];
  const ended = new Promise<Training>(resolve => {
    client.on('training', function follow(training) {
      events.push(training);
      if (!['promoted', 'refused', 'failed', 'cancelled'].includes(training.phase)) return;
      client.off('training', follow);
      resolve(training);
    });
  });
  const asked = await send('POST', '/api/training', { where: 'server', ...(samples && { samples }) });
  expect(asked).toMatchObject({ ok: true });
  return { end: await ended, events };
}

test(
  '[V8] [V15] corrections become a version that predicts for everybody, what is in sight too, and can be rolled back within a second',
  async () => {
    const client = await enter();
    const other = await enter();
    const first = (await get<ModelList>('/api/models')).champion;
    const guesses: number[] = [];
    for (let variant = 0; variant < 10; variant++) guesses.push(await teachOne(client, box(variant), 4));
    expect((await get<TrainingState>('/api/training')).untrained).toBe(10);

    const stored = async () => (await get<SamplePage>('/api/samples')).samples;
    const firstGuesses = (await stored()).map(({ guess }) => guess);
    const rereadBy = async () => [...new Set((await stored()).map(({ reread }) => reread?.model))];
    const flips: [number, string][] = [];
    other.on('frame', ({ reread = [] }) => flips.push(...reread));
    let reread = new Promise<Reread>(resolve => other.once('reread', resolve));

    const models: string[] = [];
    other.on('model', model => models.push('version' in model ? model.version : model.refused));
    const { end, events } = await learn(other);
    expect(end, end.message).toMatchObject({ phase: 'promoted' });
    expect(events.filter(event => event.phase === 'training').length).toBeGreaterThan(5);
    expect(events.some(event => event.loss !== null && event.steps > 0)).toBe(true);

    const list = await get<ModelList>('/api/models');
    expect(list).toMatchObject({
      previous: first,
      models: [{ status: 'promoted', parent: first, source: 'server' }, {}],
    });
    expect(models).toEqual([list.champion]);
    // The finished drawings on the wall flip, and what is stored keeps its first prediction beside the new one.
    expect(await reread).toEqual({ model: list.champion });
    expect((await stored()).map(({ guess }) => guess)).toEqual(firstGuesses);
    expect(await rereadBy()).toEqual([list.champion]);
    expect((await stored()).filter(({ reread: now }) => now?.digit === 4).length).toBeGreaterThan(7);
    await expect.poll(() => new Set(flips.map(([tile]) => tile)).size).toBeGreaterThan(5);
    reread = new Promise(resolve => other.once('reread', resolve));
    const { guess } = await draw(other, box(20), { points: 50 });
    expect(guess.model).toBe(list.champion);
    expect(topDigit(guess.probabilities)).toBe(4);
    expect((await get<TrainingState>('/api/training')).untrained).toBe(0);

    // A drawing under way is read again by the version rolled back to, and nothing after it by the other.
    const { drawing } = await draw(other, box(21), { points: 50 });
    const seen: Guess[] = [];
    other.on('guess', late => seen.push(late));
    const began = performance.now();
    const moved = new Promise(resolve => other.once('model', resolve));
    expect(await send('POST', `/api/models/${first}/promote`)).toEqual({
      ok: true,
      value: { version: first },
    });
    expect(await moved).toMatchObject({ version: first });
    await expect
      .poll(() => seen.filter(late => late.drawing === drawing && late.model === first).length)
      .toBeGreaterThan(0);
    expect(performance.now() - began).toBeLessThan(60_000);
    await reread;
    await expect.poll(rereadBy).toEqual([first]);
    const versions = seen.map(late => late.model);
    expect(versions.lastIndexOf(list.champion)).toBeLessThan(versions.indexOf(first));
  },
  jobMs,
);

test(
  '[J1] [J4] one job runs at a time, and it can be cancelled',
  async () => {
    const client = await enter();
    for (let variant = 30; variant < 34; variant++) await teachOne(client, box(variant), 4);
    const running = learn(client);
    await untilTraining();
    expect(await send('POST', '/api/training', { where: 'server' })).toMatchObject({
      ok: false,
      reason: 'busy',
    });
    const { training } = await get<TrainingState>('/api/training');
    expect(await send('DELETE', `/api/training/${training?.job}`)).toEqual({ ok: true });
    expect((await running).end.phase).toBe('cancelled');
    expect(await send('DELETE', `/api/training/${randomUUID()}`)).toMatchObject({ reason: 'not_found' });
  },
  jobMs,
);

test(
  '[J9] a training worker is killed: the job fails by name, no label is lost, and the next job works',
  async () => {
    const client = await enter();
    const { untrained } = await get<TrainingState>('/api/training');
    expect(untrained).toBeGreaterThan(0);
    const running = learn(client);
    await untilTraining();
    process.kill(trainingProcesses()[0], 'SIGKILL');
    expect((await running).end).toMatchObject({
      phase: 'failed',
      message: expect.stringContaining('SIGKILL'),
    });
    expect((await get<TrainingState>('/api/training')).untrained).toBe(untrained);
  },
  jobMs,
);

test(
  '[J3] the server is killed in the middle of a job: the job is there again after the start, and no version half promoted',
  async () => {
    const client = await enter();
    const before = await get<ModelList>('/api/models');
    void learn(client);
    await untilTraining();
    const { training } = await get<TrainingState>('/api/training');
    await server.stop('SIGKILL');
    server = await startServer(settings);
    expect((await get<ModelList>('/api/models')).champion).toBe(before.champion);
    await expect.poll(() => trainingProcesses().length, seldom).toBe(1);
    await untilTraining();
    expect((await get<TrainingState>('/api/training')).training?.job).toBe(training?.job);
    // How such a job ends is tested in db/jobs.pg.test.ts and jobs-simulation.test.ts.
    expect(await send('DELETE', `/api/training/${training?.job}`)).toEqual({ ok: true });
    await expect.poll(phase, seldom).toBe('cancelled');
    await expect.poll(trainingProcesses, seldom).toEqual([]);
  },
  jobMs,
);

const phase = async () => (await get<TrainingState>('/api/training')).training?.phase;

async function untilTraining() {
  await expect.poll(phase, seldom).toBe('training');
}

/** The server's children that teach. */
function trainingProcesses(): number[] {
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.pid)]).toString();
  return children
    .split('\n')
    .filter(line => line.includes('training-worker'))
    .map(line => Number.parseInt(line, 10));
}
