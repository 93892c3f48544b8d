import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Trouble } from '../../db/connection/trouble.ts';
import { openEmpty } from '../../db/testing/data-folder-template.ts';
import { execute } from '../../db/testing/databases.ts';
import { maxRoomPrice } from '../../shared/limits.ts';
import { chance, createRandom, type Random } from '../../shared/random.ts';
import { createOriginCheck } from '../auth/origin.ts';
import { createSessions, sessionCookie } from '../auth/session.ts';
import { createMetrics } from '../core/metrics.ts';
import { after } from '../core/schedule.ts';
import { createStore } from '../core/store.ts';
import { createErasure } from '../drawing/erasure.ts';
import { mutate, mutateJson, mutateQuery, pick } from '../testing/fuzz.ts';
import { createTestHosts } from '../testing/hosts.ts';
import { createHttp, type HttpParts } from './http-server.ts';

const sessions = createSessions('key');
const state: { ready: boolean; synced: boolean; trouble: Trouble | null } = {
  ready: true,
  synced: true,
  trouble: null,
};
const deleted: string[] = [];
const erasedSessions: string[] = [];
const relabelled: string[] = [];
const { session, token } = sessions.issue();
const adminToken = 'an-admin-token-for-tests';
const database = await openEmpty();
const opened = createStore(database);
/** Pages of samples that the database was asked for. */
const asked: string[] = [];
/** How long some reads take, how many of them are under way, and the most there were. */
const reading = { ms: 0, now: 0, most: 0 };
const slowly =
  <Rest extends unknown[], Value>(verb: (...rest: Rest) => Promise<Value>) =>
  async (...rest: Rest) => {
    reading.most = Math.max(reading.most, ++reading.now);
    if (reading.ms > 0) await delay(reading.ms);
    return verb(...rest).finally(() => reading.now--);
  };
const store: typeof opened = {
  ...opened,
  listModels: slowly(opened.listModels),
  getSample: slowly(opened.getSample),
  sampleImage: slowly(opened.sampleImage),
  listJobs: slowly(opened.listJobs),
  trouble: async () => state.trouble,
  samplePage(filter) {
    asked.push(`page of ${filter.limit}`);
    return opened.samplePage(filter);
  },
};
/** Requests that reached a room. */
const reached: unknown[] = [];
const parts: Omit<HttpParts, 'httpServer'> = {
  sessions,
  adminToken,
  store,
  jobs: {
    runner: {
      request({ room, samples }) {
        reached.push(['job', room]);
        return Promise.resolve({ ok: true, value: { job: JSON.stringify(samples ?? 'all') } });
      },
      cancel: () => Promise.resolve({ ok: true }),
    },
    news: {
      latest(room) {
        reached.push(['news', room]);
        return null;
      },
    },
    rounds: {
      join({ room, device }) {
        reached.push(['join', room]);
        return Promise.resolve({ ok: true, value: { job: device, base: 'base-1' } });
      },
      pack(room) {
        reached.push(['pack', room]);
        return Promise.resolve({ etag: '"pack"', bytes: gzipSync('packed') });
      },
      progress: () => ({ ok: true }),
      leave: () => ({ ok: false, reason: 'not_found', message: 'none' }),
      upload({ room, base, bytes }) {
        reached.push(['upload', room]);
        return Promise.resolve({
          ok: true,
          value: { version: base, participants: bytes.length, message: '' },
        });
      },
      uploadBytes: 4,
      browsers(room) {
        reached.push(['browsers', room]);
        return [];
      },
    },
  },
  teachBy: 'anyone',
  networks: { labels() {} },
  hosts: createTestHosts().hosts,
  predictor: {
    predictOnce(raster, room) {
      reached.push(['predict', room]);
      return Promise.resolve({ model: `read ${raster.length}`, probabilities: [] });
    },
    isIdle: () => true,
  },
  opinions: { read: async () => null },
  privacy: { retainDays: 30, retainLabelledDays: 0, contact: 'ada@example.org' },
  erasure: createErasure({
    store,
    drawings: { removeOf: () => [] },
    predictionLog: { drop: async () => {} },
    networks: { forget() {} },
    log: pino({ level: 'silent' }),
  }),
  cluster: {
    publishErased: session => void erasedSessions.push(session),
    publishDeleted: drawing => void deleted.push(drawing),
    publishRelabelled: drawing => void relabelled.push(drawing),
  },
  wait: () => Promise.resolve(),
  registry: {
    refresh: () => Promise.resolve(),
    isFresh: () => state.synced,
    use: async room => void reached.push(['use', room]),
  },
  inference: { ready: () => state.ready },
  models: { load: store.loadModel },
  metrics: createMetrics(),
  log: pino({ level: 'silent' }),
  trustProxy: 0,
  isOwnOrigin: createOriginCheck({ trustProxy: 0, log: pino({ level: 'silent' }) }),
  isOwnHost: async ({ headers }) => headers.host !== 'evil.test',
  now: () => performance.now(),
  after,
};
const http = await createHttp({ ...parts, httpServer: createServer() });

/** The same behind two trusted proxies. */
async function createBehindProxy() {
  const behind = await createHttp({ ...parts, httpServer: createServer(), trustProxy: 2 });
  return { url: await behind.listen({ port: 0 }), close: () => behind.close() };
}

const base = { version: 'base-1', card: { version: 'base-1' }, weights: Uint8Array.of(1, 2, 3) };
const mineCookie = { cookie: `${sessionCookie}=${token}` };
const asAdmin = { authorization: `Bearer ${adminToken}` };

function drawnBy(author: string) {
  return {
    drawing: randomUUID(),
    author,
    room: 'lobby',
    strokes: [[1, 2, 3, 4]],
    raster: new Uint8Array(784),
    guess: 3,
    probabilities: Array.from({ length: 10 }, () => 0.1),
    model: 'base-1',
    at: new Date(0),
  };
}

/** A label in that room; resolves with what deletes it. */
async function labelled(room: string) {
  const stored = await store.recordLabel({ ...drawnBy(session), room, digit: 5 });
  if (stored === 'not_yours') throw new Error('The drawing belongs to another author.');
  return () => store.deleteSample({ id: stored.sample, by: { author: session, admin: false } });
}

/** Sends JSON and resolves with the status and the answer. */
async function send(
  method: string,
  path: string,
  { body, headers }: { body?: unknown; headers?: Record<string, string> } = {},
) {
  const response = await fetch(url + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, answer: JSON.parse((await response.text()) || 'null') };
}

/** Sends bytes as they are and resolves with the answer. */
function sendRaw(bytes: string) {
  return new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', chunk => {
      text += chunk;
    });
    socket.once('end', () => resolve(text));
    socket.once('error', reject);
  });
}

let url: string;

beforeAll(async () => {
  url = await http.listen({ port: 0 });
  await store.ensureBase(base);
  await store.recordPredictions([drawnBy('somebody else')]);
  await store.recordLabel({ ...drawnBy(session), digit: 5 });
});
afterAll(async () => {
  await http.close();
  await database.close();
});

test('progress of a participant is limited by session', async () => {
  const standing = { body: { step: 1, steps: 2, loss: null, accuracy: null } };
  const report = (headers: Record<string, string>) =>
    send('POST', `/api/training/${randomUUID()}/progress`, { ...standing, headers });
  const flood = await Promise.all(Array.from({ length: 60 }, () => report(mineCookie)));
  const limited = flood.filter(({ status }) => status === 429);
  expect(limited.length).toBeGreaterThan(20);
  expect(limited[0]?.answer).toMatchObject({ reason: 'rate_limited', retryAfterMs: expect.any(Number) });
  const other = { authorization: `Bearer ${sessions.issue().token}` };
  expect(await report(other)).toMatchObject({ status: 200 });
});

test('healthz always answers, readyz when nothing is missing', async () => {
  state.trouble = { reason: 'It is away.', detail: '', passing: true };
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    ok: false,
    missing: ['database'],
    reason: 'It is away.',
  });
  state.trouble = null;
  for (const lacked of ['ready', 'synced'] as const) {
    state[lacked] = false;
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ok: false, missing: ['model'] });
    state[lacked] = true;
  }
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('metrics are in the format of Prometheus', async () => {
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain('# TYPE inkling_predictions_total counter');
  expect(text).toContain('process_cpu_seconds_total');
});

test('[S1] a page gives a browser its session once, out of reach of scripts', async () => {
  const first = await fetch(url);
  const cookie = first.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^inkling=.*HttpOnly; SameSite=Lax/);
  const value = cookie.split(';')[0];
  const again = await fetch(url, { headers: { cookie: value } });
  expect(again.headers.get('set-cookie')).toContain(`${value};`);
  const forged = await fetch(url, { headers: { cookie: `${sessionCookie}=forged.abc` } });
  expect(forged.headers.get('set-cookie')).not.toContain('forged');
});

test('pages allow scripts of this server alone', async () => {
  const headers = (await fetch(url)).headers;
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

const asPerson = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

test.each([
  ['/r/Physics!', '/r/physics'],
  ['/r/My%20Class/wall?seed=1', '/r/my-class/wall?seed=1'],
  ['/r/physics/', '/r/physics'],
  ['/wall/', '/wall'],
])('a request for %s is redirected to %s', async (path, meant) => {
  const response = await fetch(url + path, { headers: asPerson, redirect: 'manual' });
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe(meant);
  expect((await fetch(url + path, { headers: asPerson })).status).toBe(200);
});

describe('a path that no page has is answered with a page about that', () => {
  test.each([
    '/inkling/',
    '/inkling/wall',
    '/inkling/r/physics?x=1',
    '/apiary',
    '/r/%D0%9A%D0%BB%D0%B0%D1%81',
    '/r/!/wall',
  ])('%s', async path => {
    const response = await fetch(url + path, { headers: asPerson });
    const text = await response.text();
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(text).toContain('There is no page at this address.');
    expect(text).toContain('it needs a host name or a port of its own');
  });

  test('programs and scripts get the reason as JSON', async () => {
    for (const [path, headers] of [
      ['/inkling/', {}],
      ['/api/nothing', asPerson],
      ['/assets/nothing.js', asPerson],
    ] as const)
      expect(await (await fetch(url + path, { headers })).json()).toMatchObject({ reason: 'not_found' });
  });

  test('a trusted proxy may report the path that it took away, nobody else may', async () => {
    const headers = { ...asPerson, 'x-forwarded-prefix': '/inkling' };
    expect((await fetch(url, { headers })).status).toBe(200);
    const behind = await createBehindProxy();
    const response = await fetch(behind.url, { headers });
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('There is no page at this address.');
    expect((await fetch(behind.url, { headers: { ...asPerson, 'x-forwarded-prefix': '/' } })).status).toBe(
      200,
    );
    await behind.close();
  });
});

describe('cookies are for https alone when a trusted proxy reports that the page was requested by https', () => {
  test.each([
    [{ 'x-forwarded-proto': 'https' }, true],
    [{ 'x-forwarded-proto': 'https, http' }, true],
    [{ forwarded: 'for=192.0.2.1;proto=https;host=ink.example.org' }, true],
    [{ 'x-forwarded-proto': 'http' }, false],
    [{ 'x-forwarded-proto': 'https, http, http' }, false],
    [{}, false],
  ])('%j', async (headers, secure) => {
    const behind = await createBehindProxy();
    const cookie = (await fetch(behind.url, { headers })).headers.get('set-cookie') ?? '';
    expect(/; Secure/i.test(cookie)).toBe(secure);
    expect((await fetch(url, { headers })).headers.get('set-cookie')).not.toMatch(/; Secure/i);
    const link = `${behind.url}/lab?admin=${adminToken}`;
    const signedIn = await fetch(link, { headers, redirect: 'manual' });
    expect(/; Secure/i.test(signedIn.headers.get('set-cookie') ?? '')).toBe(secure);
    await behind.close();
  });
});

test('[L9] a sample shows whether it is the requester’s, and names no session', async () => {
  const response = await fetch(`${url}/api/samples?room=lobby&limit=2`, { headers: mineCookie });
  const body = await response.text();
  expect(JSON.parse(body)).toMatchObject({
    samples: [
      { mine: true, label: 5 },
      { mine: false, label: null },
    ],
  });
  expect(body).not.toContain(session);
});

test('[L8] the author and admins change and delete a sample, nobody else', async () => {
  const [mine, theirs] = (await send('GET', '/api/samples?room=lobby')).answer.samples;
  const change = { body: { digit: 7 } };
  expect(await send('PATCH', `/api/samples/${mine.id}`, { ...change, headers: mineCookie })).toMatchObject({
    status: 200,
    answer: { ok: true, value: { label: 7 } },
  });
  expect(relabelled).toEqual([mine.drawing]);
  expect(await send('PATCH', `/api/samples/${theirs.id}`, { ...change, headers: mineCookie })).toMatchObject({
    status: 403,
    answer: { reason: 'not_yours' },
  });
  expect(await send('PATCH', `/api/samples/${mine.id}`, change)).toMatchObject({ status: 403 });
  expect(await send('PATCH', '/api/samples/999', { ...change, headers: asAdmin })).toMatchObject({
    status: 404,
  });
  expect(
    await send('PATCH', `/api/samples/${mine.id}`, { body: { digit: 10 }, headers: asAdmin }),
  ).toMatchObject({
    status: 400,
  });
  expect(await send('DELETE', `/api/samples/${theirs.id}`, { headers: mineCookie })).toMatchObject({
    status: 403,
  });
  expect(deleted).toEqual([]);
  expect(await send('DELETE', `/api/samples/${theirs.id}`, { headers: asAdmin })).toMatchObject({
    status: 200,
  });
  expect(deleted).toEqual([theirs.drawing]);
  expect((await send('GET', '/api/samples?room=lobby')).answer.samples).toHaveLength(1);
});

test('[L9] samples are listed by room, the lobby where none is named; lists over all rooms are for admins', async () => {
  const mine = await send('GET', '/api/samples', { headers: mineCookie });
  expect(mine.answer).toEqual((await send('GET', '/api/samples?room=lobby', { headers: mineCookie })).answer);
  expect((await send('GET', '/api/samples', { headers: asAdmin })).status).toBe(200);
  expect((await send('GET', '/api/samples?room=empty')).answer).toEqual({ samples: [], next: null });
});

test('a stored drawing can be predicted again', async () => {
  const [{ id }] = (await send('GET', '/api/samples?room=lobby')).answer.samples;
  expect(await send('POST', `/api/samples/${id}/predict`)).toMatchObject({
    answer: { ok: true, value: { model: 'read 784' } },
  });
});

describe('a drawing of another room, asked for by its number', () => {
  const room = 'physics';
  const png = Buffer.from('89504e470d0a1a0a', 'hex');
  let ids: { drawn: number; picture: number };
  beforeAll(async () => {
    const drawn = { ...drawnBy(session), room };
    const picture = { ...drawnBy(session), room };
    await store.recordPredictions([drawn, picture]);
    const { samples } = await store.samplePage({ limit: 10, room });
    const idOf = ({ drawing }: { drawing: string }) => samples.find(each => each.drawing === drawing)!.id;
    ids = { drawn: idOf(drawn), picture: idOf(picture) };
    await execute(
      database,
      `UPDATE predictions SET image = '${png.toString('base64')}' WHERE id = ${ids.picture}`,
    );
  });
  afterAll(async () => {
    const by = { author: null, admin: true };
    for (const id of Object.values(ids)) await store.deleteSample({ id, by });
  });

  const statuses = async (query: string, headers: Record<string, string> = {}) => [
    (await fetch(`${url}/api/samples/${ids.picture}/image${query}`, { headers })).status,
    (await send('POST', `/api/samples/${ids.drawn}/predict${query}`, { headers })).status,
  ];

  test.each([
    ['a stranger who names no room', '', {}, 404],
    ['a stranger who names another room', '?room=lobby', {}, 404],
    ['somebody of the room', '?room=physics', {}, 200],
    ['its author', '', mineCookie, 200],
    ['an admin', '', asAdmin, 200],
    ['somebody else', '', { authorization: `Bearer ${sessions.issue().token}` }, 404],
    ['somebody who names a room that cannot be', '?room=Physics!', {}, 400],
  ])('%s', async (_who, query, headers, status) => {
    expect(await statuses(query, headers)).toEqual([status, status]);
  });

  test('is answered like one that is not there', async () => {
    const hidden = await send('POST', `/api/samples/${ids.drawn}/predict`);
    expect(hidden).toEqual(await send('POST', '/api/samples/99999/predict'));
    expect(await send('GET', `/api/samples/${ids.picture}/image`)).toEqual(
      await send('GET', '/api/samples/99999/image'),
    );
  });
});

test('[S10] anybody may ask for a job until too many were asked for; an admin always may', async () => {
  expect(await send('POST', '/api/training', { body: { where: 'server', samples: [3] } })).toMatchObject({
    status: 202,
    answer: { ok: true, value: { job: '[3]' } },
  });
  expect(await send('POST', '/api/training', { body: { where: 'moon' } })).toMatchObject({ status: 400 });
  const statuses: number[] = [];
  for (let round = 0; round < 10; round++) {
    statuses.push((await send('POST', '/api/training', { body: { where: 'server' } })).status);
  }
  expect(statuses).toContain(429);
  expect(await send('POST', '/api/training', { body: { where: 'server' }, headers: asAdmin })).toMatchObject({
    status: 202,
  });
  expect((await send('GET', '/api/training', { headers: asAdmin })).answer).toMatchObject({
    training: null,
    untrained: 1,
    admin: true,
    mayTrain: true,
  });
});

test('the status shows whether the requester may cancel the job: its own requester and admins may', async () => {
  const job = randomUUID();
  await store.requestJob({ id: job, room: 'lobby', askedBy: session });
  const status = async (headers?: Record<string, string>) =>
    (await send('GET', '/api/training', headers && { headers })).answer;
  await expect.poll(() => status(mineCookie)).toMatchObject({ training: { job }, mayCancel: true });
  expect(await status(asAdmin)).toMatchObject({ mayCancel: true });
  const other = { authorization: `Bearer ${sessions.issue().token}` };
  for (const headers of [undefined, other]) expect(await status(headers)).toMatchObject({ mayCancel: false });
  await store.cancelJob(job);
});

test('[S10] with TEACH_BY=admin only an admin starts a job or joins a round', async () => {
  const admins = await createHttp({ ...parts, httpServer: createServer(), teachBy: 'admin' });
  const origin = await admins.listen({ port: 0 });
  const ask = (body: object, headers: Record<string, string>) =>
    fetch(`${origin}/api/training`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  for (const body of [{ where: 'server' }, { where: 'browser', device: 'a device' }]) {
    const refused = await ask(body, mineCookie);
    expect({ status: refused.status, answer: await refused.json() }).toMatchObject({
      status: 403,
      answer: { reason: 'forbidden' },
    });
  }
  expect((await ask({ where: 'server' }, asAdmin)).status).toBe(202);
  await admins.close();
});

test('[FR1] a browser joins, gets its pack once, reports progress and uploads', async () => {
  const join = { where: 'browser', device: 'WebGPU · test' };
  expect(await send('POST', '/api/training', { body: join })).toMatchObject({
    status: 202,
    answer: { value: { job: 'WebGPU · test' } },
  });
  expect(await send('POST', '/api/training', { body: { ...join, device: '<b>' } })).toMatchObject({
    status: 400,
  });
  const pack = await fetch(`${url}/api/training/pack`);
  expect(await pack.text()).toBe('packed');
  expect((await fetch(`${url}/api/training/pack`, { headers: { 'if-none-match': '"pack"' } })).status).toBe(
    304,
  );
  const at = { step: 1, steps: 100, loss: 0.5, accuracy: 0.9 };
  expect(await send('POST', '/api/training/job/progress', { body: at })).toMatchObject({
    answer: { ok: true },
  });
  expect(await send('POST', '/api/training/job/progress', { body: { ...at, loss: 'low' } })).toMatchObject({
    status: 400,
  });

  const upload = async (body: Uint8Array<ArrayBuffer>, headers = {}) => {
    const all = { 'content-type': 'application/octet-stream', 'x-base-version': 'base-1', ...headers };
    const response = await fetch(`${url}/api/models`, { method: 'POST', headers: all, body });
    return { status: response.status, answer: await response.json() };
  };
  expect(await upload(new Uint8Array(4))).toMatchObject({
    status: 200,
    answer: { ok: true, value: { participants: 4 } },
  });
  expect(await upload(new Uint8Array(3))).toMatchObject({
    status: 400,
    answer: { message: expect.stringContaining('4 bytes') },
  });
  expect(await upload(new Uint8Array(2_000_000))).toMatchObject({
    status: 413,
    answer: { reason: 'too_large' },
  });
  expect(await upload(new Uint8Array(4), { 'x-base-version': '<b>' })).toMatchObject({ status: 400 });
});

test('what many ask over and over is read from the database once', async () => {
  asked.length = 0;
  const path = '/api/samples?limit=7';
  for (let round = 0; round < 3; round++)
    await Promise.all([path, path].map(async each => (await fetch(url + each)).arrayBuffer()));
  expect(asked).toEqual(['page of 7']);
});

test('[V10] versions are listed, their weights sent, and moved by admins alone', async () => {
  await store.addCandidate({
    version: 'taught-1',
    card: { version: 'taught-1' },
    weights: Uint8Array.of(9, 9, 9),
    parent: 'base-1',
    source: 'server',
    room: 'lobby',
  });
  const { answer } = await send('GET', '/api/models');
  expect(answer).toMatchObject({
    champion: 'base-1',
    models: [{ version: 'taught-1', parent: 'base-1' }, { version: 'base-1' }],
  });
  const weights = await fetch(`${url}/api/models/base-1/weights`);
  expect(new Uint8Array(await weights.arrayBuffer())).toEqual(base.weights);
  const known = { 'if-none-match': weights.headers.get('etag') ?? '' };
  expect((await fetch(`${url}/api/models/base-1/weights`, { headers: known })).status).toBe(304);
  for (const headers of [{}, { 'if-none-match': '"nothing"' }]) {
    const unknown = await fetch(`${url}/api/models/nothing/weights`, { headers });
    expect([unknown.status, unknown.headers.get('cache-control'), unknown.headers.get('etag')]).toEqual([
      404,
      null,
      null,
    ]);
  }
  expect(await send('POST', '/api/models/taught-1/promote')).toMatchObject({
    status: 403,
    answer: { reason: 'forbidden' },
  });
  expect(await send('POST', '/api/models/taught-1/promote', { headers: asAdmin })).toMatchObject({
    answer: { ok: true, value: { version: 'taught-1' } },
  });
  expect((await send('GET', '/api/models')).answer).toMatchObject({
    champion: 'taught-1',
    previous: 'base-1',
  });
});

test('[V14] a room sees the versions of the house and its own; those of another room are not found', async () => {
  const version = { card: { version: 'of-4b' }, weights: Uint8Array.of(4, 4, 4), parent: 'base-1' };
  await store.addCandidate({ ...version, version: 'of-4b', source: 'server', room: '4b' });
  const versions = async (query: string) =>
    (await send('GET', `/api/models${query}`)).answer.models.map(
      (model: { version: string }) => model.version,
    );
  expect(await versions('?room=4b')).toEqual(['of-4b', 'base-1']);
  expect(await versions('?room=5c')).toEqual(['base-1']);
  expect(await versions('')).not.toContain('of-4b');
  const weights = (query: string, headers = {}) =>
    fetch(`${url}/api/models/of-4b/weights${query}`, { headers });
  const own = await weights('?room=4b');
  expect(new Uint8Array(await own.arrayBuffer())).toEqual(version.weights);
  const known = { 'if-none-match': own.headers.get('etag') ?? '' };
  expect((await weights('?room=4b', known)).status).toBe(304);
  for (const query of ['', '?room=5c'])
    for (const headers of [{}, known, asAdmin]) {
      const refused = await weights(query, headers);
      expect([refused.status, refused.headers.get('etag')]).toEqual([404, null]);
    }
  expect((await weights('?room=<b>')).status).toBe(400);
  expect((await send('GET', '/api/models?room=<b>')).status).toBe(400);
});

test('[V13] a host lets a room start over from the house, and nobody else does', async () => {
  const version = { card: { version: 'of-7d' }, weights: Uint8Array.of(7, 7, 7), parent: 'base-1' };
  await store.addCandidate({ ...version, version: 'of-7d', source: 'server', room: '7d' });
  const by = { by: 'the gate', reason: 'learned', expectedChampion: 'base-1' };
  await store.promoteModel({ room: '7d', version: 'of-7d', ...by });
  const startOver = (headers = {}, room = '7d') =>
    send('POST', `/api/models/start-over?room=${room}`, { headers });
  expect((await send('GET', '/api/models?room=7d')).answer).toMatchObject({ champion: 'of-7d', own: true });
  expect(await startOver(mineCookie)).toMatchObject({ status: 403 });
  expect(await startOver(asAdmin)).toMatchObject({ answer: { value: { version: 'base-1' } } });
  expect(await startOver(asAdmin)).toMatchObject({ status: 404 });
  expect((await send('GET', '/api/models?room=7d')).answer).toMatchObject({ champion: 'base-1', own: false });
});

test('[G11] only a host sets what the room pays on MNIST, up to the limit, and not in the lobby', async () => {
  const teach = async (price: number, { room = '7d', headers = {} } = {}) =>
    (await send('POST', '/api/training', { body: { where: 'server', room, price }, headers })).status;
  expect(await teach(0.05, { headers: mineCookie })).toBe(403);
  expect(await teach(0.05, { headers: asAdmin })).toBe(202);
  expect(await teach(0.05, { room: 'lobby', headers: asAdmin })).toBe(400);
  expect(await teach(maxRoomPrice + 0.01, { headers: asAdmin })).toBe(400);
  const teachHere = async (headers = {}) =>
    (
      await send('POST', '/api/training', {
        body: { where: 'browser', device: 'a phone', room: '7d', price: 0.05 },
        headers,
      })
    ).status;
  expect(await teachHere(mineCookie)).toBe(403);
  expect(await teachHere(asAdmin)).toBe(202);
});

test('[L11] labels that are set aside are listed for hosts with both readings, who accept them or take them off', async () => {
  const stored = await store.recordLabel({ ...drawnBy(session), digit: 5 });
  if (stored === 'not_yours') throw new Error('The drawing belongs to another author.');
  const readings = { champion: { digit: 4, probability: 0.9 }, plain: { digit: 4, probability: 0.95 } };
  const fresh = await store.readUnscreened({ room: 'lobby', champion: 'base-1', limit: 100 });
  const labels = fresh
    .filter(({ id }) => id === stored.sample)
    .map(each => ({ ...each, setAside: readings }));
  await store.recordScreening({ champion: 'base-1', labels });
  expect((await send('GET', '/api/training')).answer).toMatchObject({
    setAside: { labels: 1, mostOfOne: 1 },
  });
  const list = (headers = {}) => send('GET', '/api/samples?setAside=true&room=lobby', { headers });
  expect(await list(mineCookie)).toMatchObject({ status: 403 });
  const { samples } = (await list(asAdmin)).answer;
  expect(samples).toMatchObject([
    { id: stored.sample, label: 5, setAside: { ...readings, person: expect.stringMatching(/^[\w-]{8}$/) } },
  ]);
  const shown = (await send('GET', '/api/samples?room=lobby&limit=1')).answer.samples[0];
  expect(shown.setAside).toBeUndefined();
  const decide = (accept: boolean, headers = {}) =>
    send('POST', '/api/samples/set-aside', { body: { samples: [stored.sample], accept }, headers });
  expect(await decide(true, mineCookie)).toMatchObject({ status: 403 });
  relabelled.length = 0;
  expect(await decide(false, asAdmin)).toMatchObject({ status: 200 });
  expect(relabelled).toHaveLength(1);
  expect((await list(asAdmin)).answer.samples).toEqual([]);
  await store.deleteSample({ id: stored.sample, by: { author: session, admin: false } });
});

test('[V10] [V12] an admin promotes in a room, or for the house and all rooms that follow it', async () => {
  const promote = (version: string, query: string, headers: Record<string, string> = asAdmin) =>
    send('POST', `/api/models/${version}/promote${query}`, { headers });
  const champion = async (room: string) => (await send('GET', `/api/models?room=${room}`)).answer.champion;
  for (const query of ['?room=4b', '?room='])
    expect((await promote('of-4b', query, mineCookie)).status).toBe(403);
  // Another room’s version, in a room.
  for (const query of ['', '?room=5c']) expect(await promote('of-4b', query)).toMatchObject({ status: 404 });
  expect((await promote('of-4b', '?room=<b>')).status).toBe(400);
  expect((await promote('of-4b', '?room=4b')).answer).toMatchObject({ ok: true });
  expect([await champion('4b'), await champion('5c')]).toEqual(['of-4b', 'base-1']);
  // Back to the house’s version in this room.
  expect((await promote('base-1', '?room=4b')).answer).toMatchObject({ ok: true });
  expect((await send('GET', '/api/models?room=4b')).answer).toMatchObject({
    champion: 'base-1',
    previous: 'of-4b',
    history: [{ version: 'base-1' }, { version: 'of-4b' }, { version: 'base-1' }],
  });
  // The house takes a room’s version, which everybody sees from then on.
  expect((await promote('of-4b', '?room=')).answer).toMatchObject({ ok: true });
  expect([await champion('4b'), await champion('5c')]).toEqual(['base-1', 'of-4b']);
  expect((await fetch(`${url}/api/models/of-4b/weights?room=5c`)).status).toBe(200);
  const { models } = (await send('GET', '/api/models?room=5c')).answer;
  expect(models).toContainEqual(expect.objectContaining({ version: 'of-4b' }));
  expect((await promote('base-1', '?room=')).answer).toMatchObject({ ok: true });
});

test('[J11] [FR10] jobs, rounds and their progress are of the room that is named, of the lobby where none is', async () => {
  const join = { where: 'browser', device: 'a device' };
  const octets = { 'content-type': 'application/octet-stream', 'x-base-version': 'base-1' };
  async function ask(room: string | undefined) {
    reached.length = 0;
    const [query, body] = room === undefined ? ['', {}] : [`?room=${room}`, { room }];
    await send('POST', '/api/training', { body: { where: 'server', ...body }, headers: asAdmin });
    await send('POST', '/api/training', { body: { ...join, ...body }, headers: asAdmin });
    await (await fetch(`${url}/api/training/pack${query}`)).arrayBuffer();
    const headers = { ...octets, ...(room !== undefined && { 'x-room': room }) };
    await fetch(`${url}/api/models`, { method: 'POST', headers, body: new Uint8Array(4) });
    await send('GET', `/api/training${query}`);
    // Where a job was under way before, its progress is read as well.
    const verbs = reached.map(each => JSON.stringify(each)).filter(text => !text.startsWith('["news"'));
    return verbs.sort();
  }
  const verbs = ['browsers', 'job', 'join', 'pack', 'upload'];
  for (const room of ['4b', undefined])
    expect(await ask(room)).toEqual(verbs.map(verb => JSON.stringify([verb, room ?? 'lobby'])));
  for (const path of ['/api/training?room=<b>', '/api/training/pack?room=<b>'])
    expect((await send('GET', path)).status).toBe(400);
  const named = { body: { where: 'server', room: '' }, headers: asAdmin };
  expect((await send('POST', '/api/training', named)).status).toBe(400);
});

test('[J11] the status counts the labels of its room and has its last job', async () => {
  const remove = await labelled('4b');
  const id = randomUUID();
  await store.requestJob({ id, room: '4b', askedBy: 'ada' });
  const status = async (room: string) => (await send('GET', `/api/training?room=${room}`)).answer;
  expect(await status('4b')).toMatchObject({ untrained: 1, training: { job: id, phase: 'queued' } });
  expect(await status('5c')).toMatchObject({ untrained: 0, training: null });
  await store.cancelJob(id);
  await remove();
});

test('[V12] a stored drawing and a question why are answered by the version of their room', async () => {
  const remove = await labelled('4b');
  const [{ id }] = (await send('GET', '/api/samples?room=4b')).answer.samples;
  reached.length = 0;
  await send('POST', `/api/samples/${id}/predict?room=4b`);
  expect(reached).toEqual([
    ['use', '4b'],
    ['predict', '4b'],
  ]);
  reached.length = 0;
  await send('POST', '/api/why', { body: { room: '5c', strokes: [[1, 1, 9, 9]] } });
  await remove();
  expect(reached.slice(0, 2)).toEqual([
    ['use', '5c'],
    ['predict', '5c'],
  ]);
});

test('[PV5] a version without weights is refused in a sentence of its own', async () => {
  const old = { version: 'old-1', card: { version: 'old-1' }, weights: Uint8Array.of(1, 1, 1) };
  await store.addCandidate({ ...old, parent: 'base-1', source: 'server', room: 'lobby' });
  await store.dropWeights({ days: 0, kept: 0, limit: 9 });
  const gone = {
    reason: 'not_found',
    code: 'version_dropped',
    message: expect.stringContaining('no longer kept'),
  };
  expect(await send('GET', '/api/models/old-1/weights')).toEqual({
    status: 404,
    answer: { ok: false, ...gone },
  });
  expect(await send('POST', '/api/models/old-1/promote', { headers: asAdmin })).toEqual({
    status: 404,
    answer: { ok: false, ...gone },
  });
  const { answer } = await send('GET', '/api/models?limit=1');
  expect(answer.models).toMatchObject([{ version: 'old-1', loadable: false, card: { version: 'old-1' } }]);
});

describe('a session and its own drawings', () => {
  const visitor = sessions.issue();
  const asVisitor = { authorization: `Bearer ${visitor.token}` };
  const linesOf = async (headers: Record<string, string>) =>
    (await (await fetch(`${url}/api/me/export`, { headers })).text()).split('\n').slice(0, -1);

  test('[PV2] takes home what it drew in all rooms, and nothing of others', async () => {
    const rows = Array.from({ length: 45 }, (_, index) => ({
      ...drawnBy(visitor.session),
      room: index % 2 === 0 ? 'attic' : 'lobby',
    }));
    await store.recordPredictions(rows);
    expect((await send('GET', '/api/me', { headers: asVisitor })).answer).toEqual({
      drawings: 45,
      labelled: 0,
    });
    const lines = await linesOf(asVisitor);
    expect(lines.map(line => JSON.parse(line).drawing).toSorted()).toEqual(
      rows.map(({ drawing }) => drawing).toSorted(),
    );
    expect(lines.join()).not.toContain(visitor.session);
    expect(await linesOf({ authorization: `Bearer ${sessions.issue().token}` })).toEqual([]);
  });

  test('[PV3] erases all of them, and no one else does', async () => {
    await store.recordPredictions([drawnBy(visitor.session), drawnBy('somebody')]);
    const before = await store.samplePage({ limit: 100 });
    expect(await send('DELETE', '/api/me')).toMatchObject({ status: 403, answer: { reason: 'forbidden' } });
    const other = { authorization: `Bearer ${sessions.issue().token}` };
    expect((await send('DELETE', '/api/me', { headers: other })).answer).toEqual({
      ok: true,
      value: { erased: 0 },
    });
    expect(await store.samplePage({ limit: 100 })).toEqual(before);
    const { answer } = await send('DELETE', '/api/me', { headers: asVisitor });
    expect(answer.value.erased).toBe((await store.countOwn(visitor.session)).drawings + answer.value.erased);
    expect(answer.value.erased).toBeGreaterThan(0);
    expect(await linesOf(asVisitor)).toEqual([]);
    expect(erasedSessions).toContain(visitor.session);
    const left = await store.samplePage({ limit: 100 });
    expect(left.samples.map(({ author }) => author)).toContain('somebody');
    expect(left.samples.map(({ author }) => author)).not.toContain(visitor.session);
    await store.eraseDrawings({ author: 'somebody', limit: 9 });
  });

  test('[PV6] the privacy page gets the days and the contact that are set', async () => {
    expect((await send('GET', '/api/privacy')).answer).toEqual({
      retainDays: 30,
      retainLabelledDays: 0,
      contact: 'ada@example.org',
    });
  });
});

test('[L10] an import takes what an export wrote, line by line, and reports lines that are no samples', async () => {
  expect((await fetch(`${url}/api/export`)).status).toBe(403);
  const lines = await (await fetch(`${url}/api/export`, { headers: asAdmin })).text();
  expect(lines.trim().split('\n')).toHaveLength(1);
  const other = JSON.stringify({ ...JSON.parse(lines), drawing: randomUUID() });
  const response = await fetch(`${url}/api/import`, {
    method: 'POST',
    headers: { ...asAdmin, 'content-type': 'application/x-ndjson' },
    body: `${lines}${other}\n{"label":3}\nnonsense\n\n`,
  });
  expect(await response.json()).toEqual({
    ok: true,
    value: {
      added: 1,
      known: 1,
      refused: 2,
      complaints: [expect.stringContaining('line 3'), 'line 4: no JSON'],
    },
  });
});

describe('an import without the admin token', () => {
  const head = 'POST /api/import HTTP/1.1\r\nHost: ink.test\r\nContent-Type: application/x-ndjson\r\n';

  test.each([
    ['a body without a known end', 'Transfer-Encoding: chunked'],
    ['a body of a gigabyte', 'Content-Length: 1000000000'],
  ])('is refused before its body is sent, and the connection closes: %s', async (_what, header) => {
    // Nothing of the body is sent: only a server that waits for none of it answers and closes.
    const answer = await sendRaw(`${head}${header}\r\n\r\n`);
    expect(answer).toContain('HTTP/1.1 403 ');
    expect(answer).toContain('Only an admin may export');
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  test('reads nothing that is sent nevertheless', async () => {
    const sent = await new Promise<number>(resolve => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
      const send = () => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', send).on('error', () => {});
      socket.once('close', () => resolve(socket.bytesWritten));
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`, send);
    });
    expect(sent).toBeLessThan(50_000_000);
  });
});

test.each([
  ['a character of no text', { model: 'base\u0000' }, 'no control characters'],
  ['half a character', { model: 'base\ud800' }, 'no control characters'],
  ['a year that no database has', { at: '0000-01-01T00:00:00Z' }, 'at:'],
  ['a line of 300,000 characters', { more: 'x'.repeat(300_000) }, 'more than 262144 characters'],
])('an import refuses %s and names its line', async (_what, change, complaint) => {
  const [line] = (await (await fetch(`${url}/api/export`, { headers: asAdmin })).text()).split('\n');
  const response = await fetch(`${url}/api/import`, {
    method: 'POST',
    headers: { ...asAdmin, 'content-type': 'application/x-ndjson' },
    body: JSON.stringify({ ...JSON.parse(line!), drawing: randomUUID(), ...change }),
  });
  expect(response.status).toBe(200);
  const { value } = JSON.parse(await response.text());
  expect(value).toMatchObject({ added: 0, refused: 1, complaints: [expect.stringContaining(complaint)] });
});

test.each(['%00', 'base%001', '%EF%BF%BD', 'x'.repeat(101)])(
  'a list of samples refuses the version %s',
  async model => {
    const { status, answer } = await send('GET', `/api/samples?room=lobby&model=${model}`);
    expect([status, answer.ok]).toEqual([400, false]);
  },
);

test('a list of versions refuses a number that no version can have', async () => {
  for (const before of ['2147483648', '99999999999999999999', '-1', '0', '1e3x', ''])
    expect((await send('GET', `/api/models?before=${before}`)).status).toBe(400);
  expect((await send('GET', '/api/models?before=2147483647')).status).toBe(200);
});

describe('an import accepts what editors and Windows make of a file', () => {
  async function importFile(body: string | Uint8Array<ArrayBuffer>) {
    const headers = { ...asAdmin, 'content-type': 'application/x-ndjson; charset=utf-8' };
    const response = await fetch(`${url}/api/import`, { method: 'POST', headers, body });
    return JSON.parse(await response.text()).value;
  }
  async function exportedLine() {
    const exported = await fetch(`${url}/api/export`, { headers: asAdmin });
    return (await exported.text()).split('\n')[0]!;
  }
  const known = { added: 0, refused: 0, complaints: [] };

  test.each([
    ['a byte order mark', '\ufeffLINE\nLINE\n'],
    ['a byte order mark in each of two joined files', '\ufeffLINE\n\ufeffLINE\n'],
    ['lines that end as on Windows', 'LINE\r\n\r\nLINE\r\n'],
    ['all of these', '\ufeffLINE\r\n\ufeffLINE'],
  ])('%s', async (_what, file) => {
    expect(await importFile(file.replaceAll('LINE', await exportedLine()))).toEqual({ ...known, known: 2 });
  });

  test('an empty file, which an empty database exports', async () => {
    expect(await importFile('')).toEqual({ ...known, known: 0 });
  });

  test('a file in UTF-16 is refused by name', async () => {
    const file = Buffer.from(`\ufeff${await exportedLine()}\n`, 'utf16le');
    expect((await importFile(file)).complaints).toContain('line 1: no text in UTF-8');
  });
});

describe('a body that a route does not take is refused in a sentence of this server', () => {
  const json = 'application/json';
  const routes: [string, string, string][] = [
    ['POST', '/api/admin', json],
    ['POST', '/api/training', json],
    ['POST', '/api/training/job/progress', json],
    ['POST', '/api/why', json],
    ['PATCH', '/api/samples/1', json],
    ['POST', '/api/models', 'application/octet-stream'],
    ['POST', '/api/import', 'application/x-ndjson'],
    ['POST', '/api/samples/1/predict', 'nothing'],
    ['POST', '/api/models/base-1/promote', 'nothing'],
    ['DELETE', '/api/samples/999', 'nothing'],
    ['DELETE', '/api/me', 'nothing'],
    ['DELETE', '/api/training/job', 'nothing'],
  ];
  const others = [
    json,
    'application/octet-stream',
    'application/x-ndjson',
    'text/plain',
    'x',
    'text/csv; a="b"',
  ];

  async function refusal(method: string, path: string, init: { type?: string; body: string }) {
    const headers = { ...asAdmin, ...(init.type !== undefined && { 'content-type': init.type }) };
    const body = new TextEncoder().encode(init.body);
    const response = await fetch(url + path, { method, headers, body });
    const text = await response.text();
    expect(text).not.toMatch(/FST_|Unsupported Media Type|content-type is set|statusCode/);
    return { status: response.status, ...JSON.parse(text) };
  }

  test.each(routes)('[S8] %s %s takes %s', async (method, path, taken) => {
    const remedy = taken === 'nothing' ? 'this request needs no body' : `send it as ${taken}`;
    for (const type of others) {
      if (type === taken || (taken === 'nothing' && type === json)) continue;
      expect(await refusal(method, path, { type, body: '{}' })).toEqual({
        status: 415,
        ok: false,
        reason: 'invalid',
        message: `The body was sent as ${type}; ${remedy}.`,
      });
    }
    expect(await refusal(method, path, { body: '{}' })).toMatchObject({
      status: 415,
      message: `The body has no content type; ${remedy}.`,
    });
  });

  test.each(routes.filter(([, , taken]) => taken === json))(
    '[S8] %s %s with bad JSON or none',
    async (method, path) => {
      for (const body of ['{"a":', 'a=b', '{"__proto__":{}}'])
        expect(await refusal(method, path, { type: json, body })).toMatchObject({
          status: 400,
          message: 'The body is not valid JSON.',
        });
      const empty = { status: 400, message: 'The body is empty; send JSON.' };
      expect(await refusal(method, path, { type: json, body: '' })).toMatchObject(empty);
      expect(await refusal(method, path, { body: '' })).toMatchObject(empty);
      expect(
        await refusal(method, path, { type: `${json}; charset=utf-8`, body: `"${'x'.repeat(70_000)}"` }),
      ).toMatchObject({
        status: 413,
        message: 'The body has more than the 65536 bytes allowed here.',
      });
    },
  );

  test('[S8] a compressed body', async () => {
    const headers = { ...asAdmin, 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
    const response = await fetch(`${url}/api/import`, { method: 'POST', headers, body: gzipSync('{}') });
    expect(await response.json()).toMatchObject({
      message: 'The body is compressed (gzip); send it as it is.',
    });
  });

  test('a request that needs no body accepts an empty one of type JSON, as many programs send it', async () => {
    expect(await refusal('DELETE', '/api/samples/999', { type: json, body: '' })).toMatchObject({
      status: 404,
    });
    expect(await refusal('POST', '/api/samples/999/predict', { type: json, body: '{}' })).toMatchObject({
      status: 404,
    });
  });

  test('[S8] an unknown address is not found, whatever is sent to it', async () => {
    for (const type of others)
      expect(await refusal('POST', '/api/nothing', { type, body: '{' })).toMatchObject({ status: 404 });
  });

  test('a GET is answered whatever its content type', async () => {
    expect((await fetch(`${url}/healthz`, { headers: { 'content-type': 'text/plain' } })).status).toBe(200);
  });
});

describe('a request that cannot be read at all is refused in a sentence', () => {
  test.each([
    [
      'an address with a bare %',
      'GET /r/%E0%A4%A HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      400,
      'not a valid URL',
    ],
    [
      'a path out of the folder',
      'GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      404,
      'nothing here',
    ],
    [
      'headers without an end',
      `GET / HTTP/1.1\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`,
      431,
      'headers of the request',
    ],
    ['noise', 'noise\r\n\r\n', 400, 'not a valid HTTP request'],
  ])('[S8] %s', async (_what, bytes, status, message) => {
    const text = await sendRaw(bytes);
    expect(text).toContain(`HTTP/1.1 ${status} `);
    expect(text).toContain('"ok":false');
    expect(text).toContain(message);
    expect(text).not.toMatch(/FST_|statusCode|Client Error/);
  });
});

test('[S9] the admin token makes a browser an admin, by a form or by the printed link, and a wrong one does not', async () => {
  expect(await send('POST', '/api/admin', { body: { token: 'guess' } })).toMatchObject({ status: 403 });
  const signedIn = await fetch(`${url}/api/admin`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: adminToken }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await send('GET', '/api/training', { headers: { cookie } })).answer.admin).toBe(true);
  const link = await fetch(`${url}/lab?admin=${encodeURIComponent(adminToken)}`, { redirect: 'manual' });
  expect(link.status).toBe(303);
  expect(link.headers.get('location')).toBe('/lab');
  expect(link.headers.get('set-cookie')).toContain('inkling-admin=');
  const wrong = await fetch(`${url}/?admin=wrong`, { redirect: 'manual' });
  expect(wrong.headers.get('set-cookie') ?? '').not.toContain('inkling-admin=');
  expect(
    (await send('GET', '/api/training', { headers: { cookie: 'inkling-admin=admin.forged' } })).answer.admin,
  ).toBe(false);
});

test.each([
  '//evil.example/',
  '///evil.example/',
  '/\\evil.example/',
  '\\\\evil.example/',
  '/%09/evil.example/',
  '/%2f/evil.example/',
  '/%5cevil.example/',
  '/.//evil.example/',
  '/lab/..//evil.example',
  '/;//evil.example/',
  'http://evil.example/',
  'HTTPS:////evil.example/',
  'x://evil.example',
])('no redirect leads away from this server: %s', async target => {
  const answer = await sendRaw(
    `GET ${target}?admin=x HTTP/1.1\r\nHost: ink.test\r\nConnection: close\r\n\r\n`,
  );
  const location = /^location: (.*)\r$/im.exec(answer)?.[1];
  if (location === undefined) return expect(answer).toMatch(/^HTTP\/1.1 [45]/);
  expect(new URL(location, 'http://ink.test/').host).toBe('ink.test');
});

test('[S9] wrong tokens do not lock out the right one from the same address', async () => {
  for (let tries = 0; tries < 30; tries++)
    await (await fetch(`${url}/?admin=x${tries}`, { redirect: 'manual' })).arrayBuffer();
  const guess = () => send('POST', '/api/admin', { body: { token: 'guess' } });
  await expect.poll(async () => (await guess()).status).toBe(429);
  expect(await send('POST', '/api/admin', { body: { token: adminToken } })).toMatchObject({ status: 200 });
  const link = await fetch(`${url}/?admin=${adminToken}`, { redirect: 'manual' });
  expect(link.headers.get('set-cookie')).toContain('inkling-admin=');
});

test('[S3] another origin’s page changes nothing with a visitor’s browser', async () => {
  const headers = { ...asAdmin, origin: 'https://evil.example' };
  expect(await send('POST', '/api/training', { body: { where: 'server' }, headers })).toMatchObject({
    status: 403,
  });
});

test('[S3] a request for a foreign host name is refused on every page and route, and not on probes', async () => {
  const ask = (path: string) =>
    sendRaw(`GET ${path} HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n`);
  for (const path of [
    '/',
    '/lab?admin=x',
    '/favicon.svg',
    '/api/samples?room=lobby',
    '/api/models',
    '/nothing',
  ])
    expect(await ask(path)).toMatch(/^HTTP\/1.1 403 .*does not know the name by which it was asked/s);
  for (const path of ['/healthz', '/readyz', '/metrics']) expect(await ask(path)).toMatch(/^HTTP\/1.1 200 /);
});

test('[S8] a body that is too large is refused by name', async () => {
  const response = await fetch(`${url}/api/samples`, { method: 'POST', body: 'x'.repeat(100_000) });
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(await response.json()).toMatchObject({ ok: false });
});

describe('every request is answered in a sentence, and never by an error of the server', () => {
  const json = 'application/json';
  const id = '00000000-0000-4000-8000-000000000001';
  const line = {
    drawing: id,
    strokes: [[1, 2, 3, 4]],
    raster: Buffer.alloc(784).toString('base64'),
    guess: 3,
    probabilities: Array.from({ length: 10 }, () => 0.1),
    label: 5,
    model: 'base-1',
    author: 'p-0123456789ab',
    room: 'lobby',
    at: '2026-11-26T20:00:00.000Z',
  };
  const known: [string, string, unknown?, string?][] = [
    ['GET', '/'],
    ['GET', '/r/physics/wall'],
    ['GET', '/lab?admin=x'],
    ['GET', '/api/samples?room=lobby&before=9&limit=5&labelled=true&wrong=false&digit=3&model=base-1'],
    ['GET', '/api/samples?room=lobby&model=base-1'],
    ['GET', '/api/samples/1/image'],
    ['GET', '/api/samples/1/image?room=physics'],
    ['PATCH', '/api/samples/1', { digit: 7 }],
    ['DELETE', '/api/samples/999'],
    ['GET', '/api/me'],
    ['GET', '/api/me/export'],
    ['DELETE', '/api/me'],
    ['GET', '/api/privacy'],
    ['POST', '/api/samples/1/predict?room=lobby'],
    ['GET', '/api/models?before=9&limit=5'],
    ['GET', '/api/models?room=4b'],
    ['GET', '/api/models/of-4b/weights?room=4b'],
    ['GET', '/api/models/base-1/weights'],
    ['POST', '/api/models/base-1/promote'],
    ['POST', '/api/models/of-4b/promote?room=4b'],
    ['POST', '/api/models', 'abcd', 'application/octet-stream'],
    ['GET', '/api/training'],
    ['GET', '/api/training?room=4b'],
    ['POST', '/api/training', { where: 'server', room: '4b' }],
    ['POST', '/api/training', { where: 'server', samples: [1, 2] }],
    ['POST', '/api/training', { where: 'browser', device: 'a phone' }],
    ['POST', `/api/training/${id}/progress`, { step: 1, steps: 9, loss: 0.5, accuracy: null, device: 'a' }],
    ['DELETE', `/api/training/${id}`],
    ['GET', '/api/training/pack'],
    ['POST', '/api/why', { strokes: [[1, 1, 9, 9]] }],
    ['POST', '/api/admin', { token: 'x' }],
    ['POST', '/api/import', line, 'application/x-ndjson'],
    ['GET', '/assets/../index.html'],
  ];

  const rounds = 10_000;
  test(`[S8] ${rounds} mutated requests`, async () => {
    const random = createRandom(14);
    let nowMs = 0;
    const errors: unknown[] = [];
    const log = pino({ level: 'error' }, { write: text => errors.push(text) });
    const app = await createHttp({
      ...parts,
      log,
      httpServer: createServer(),
      now: () => {
        nowMs += 20;
        return nowMs;
      },
    });
    const statuses = new Map<number, number>();
    for (let round = 0; round < rounds; round++) {
      const [method, path, body, type = json] = pick(random, known);
      const payload = typeof body === 'string' ? body : JSON.stringify(mutateJson(random, body, 0.08));
      const headers = {
        ...(body !== undefined && {
          'content-type': chance(random, 0.95) ? type : mutate(random, type).replace(/[^ -~]/g, ''),
        }),
        ...(chance(random, 0.5) ? asAdmin : mineCookie),
        ...(type !== json && { 'x-base-version': 'base-1', 'x-job': id }),
        ...(chance(random, 0.1) && { 'if-none-match': '"base-1"', range: 'bytes=5-2', accept: 'text/html' }),
      };
      // As it leaves a browser: nothing but ASCII.
      const wild = pick(random, [mutate, mutateQuery, (_random: Random, same: string) => same])(random, path);
      const escaped = wild.replace(/[^!-~]/gu, character => encodeURIComponent(character.toWellFormed()));
      const url = escaped.replace(/^[/\\]*/, '/');
      // The injector asks for what it can parse; bytes that are no URL are sent above.
      if (!URL.canParse(url, 'http://ink.test')) continue;
      const response = await app.inject({
        method: chance(random, 0.97) ? method : pick(random, ['PUT', 'HEAD', 'OPTIONS', 'POST']),
        url,
        headers,
        ...(body !== undefined && { payload: chance(random, 0.1) ? mutate(random, payload) : payload }),
      });
      statuses.set(response.statusCode, 1 + (statuses.get(response.statusCode) ?? 0));
      const asked = `${method} ${url} ${payload}`;
      expect(response.statusCode, `${asked}: ${response.body} ${errors}`).toBeLessThan(500);
      if (
        response.statusCode >= 400 &&
        response.body !== '' &&
        response.headers['content-type']?.includes(json)
      )
        expect(JSON.parse(response.body), asked).toMatchObject({
          ok: false,
          message: expect.stringMatching(/\w \w/),
        });
    }
    expect(errors).toEqual([]);
    for (const status of [200, 400, 403, 404]) expect(statuses.get(status)).toBeGreaterThan(50);
    await app.close();
  });
});

test('versions, drawings by number and the status are read one after the other, so that nobody waits for many', async () => {
  Object.assign(reading, { ms: 5, most: 0 });
  onTestFinished(() => {
    reading.ms = 0;
  });
  const paths = [
    ['GET', '/api/models?limit=100'],
    ['POST', '/api/samples/99999/predict'],
    ['GET', '/api/samples/99999/image'],
    ['GET', '/api/training'],
  ] as const;
  await Promise.all(
    Array.from({ length: 10 }, () => paths.map(([method, path]) => send(method, path))).flat(),
  );
  expect(reading.most).toBe(1);
});
