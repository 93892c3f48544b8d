import { createServer } from 'node:http';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttp } from './http.ts';
import { createMetrics } from './metrics.ts';
import { createSessions, sessionCookie } from './session.ts';
import type { Store } from './store.ts';

const zero = () => 0;
const sessions = createSessions('key');
const missing: string[] = [];
const { session, token } = sessions.issue();
const row = {
  id: 1,
  drawing: null,
  author: null,
  room: null,
  strokes: null,
  probabilities: null,
  model: null,
  at: new Date(0),
  hasImage: true,
  guess: 3,
  label: 5,
};
const store: Pick<Store, 'list' | 'image'> = {
  list: ({ limit }) => Promise.resolve([{ ...row, author: session }, row].slice(0, limit)),
  image: () => Promise.resolve(Uint8Array.of(137, 80)),
};
const http = await createHttp({
  httpServer: createServer(),
  sessions,
  store,
  metrics: createMetrics({ people: zero, drawings: zero, waiting: zero, restarts: zero }),
  log: pino({ level: 'silent' }),
  trustProxy: 0,
  unready: () => Promise.resolve(missing),
  now: () => performance.now(),
});
let url: string;

beforeAll(async () => {
  url = await http.listen({ port: 0 });
});
afterAll(() => http.close());

test('alive always, ready when nothing is missing', async () => {
  missing.push('database');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ ok: false, missing: ['database'] });
  missing.pop();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('metrics speak Prometheus', async () => {
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain('# TYPE inkling_predictions_total counter');
  expect(text).toContain('process_cpu_seconds_total');
});

test('a page gives a browser its session once, out of reach of scripts', async () => {
  const first = await fetch(url);
  const cookie = first.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^inkling=.*HttpOnly; SameSite=Lax/);
  const value = cookie.split(';')[0];
  const again = await fetch(url, { headers: { cookie: value } });
  expect(again.headers.get('set-cookie')).toContain(`${value};`);
  const forged = await fetch(url, { headers: { cookie: `${sessionCookie}=forged.abc` } });
  expect(forged.headers.get('set-cookie')).not.toContain('forged');
});

test('pages allow scripts from here alone', async () => {
  const headers = (await fetch(url)).headers;
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test('a page for a room that cannot be says why', async () => {
  expect((await fetch(`${url}/r/physics-2`)).status).toBe(200);
  const response = await fetch(`${url}/r/Physics!`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('lower-case letters');
});

test('samples tell whose they are and nobody’s session', async () => {
  const response = await fetch(`${url}/api/samples?limit=2`, {
    headers: { cookie: `${sessionCookie}=${token}` },
  });
  const body = await response.text();
  expect(JSON.parse(body)).toMatchObject({
    samples: [{ mine: true }, { mine: false, image: '/api/samples/1/image', guess: 3, label: 5 }],
    next: 1,
  });
  expect(body).not.toContain(session);
});

test('a body that is too large is refused by name', async () => {
  const response = await fetch(`${url}/api/samples`, { method: 'POST', body: 'x'.repeat(100_000) });
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(await response.json()).toMatchObject({ ok: false });
});
