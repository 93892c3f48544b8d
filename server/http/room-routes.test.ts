import fastifyCookie from '@fastify/cookie';
import fastify, { type FastifyInstance } from 'fastify';
import { beforeEach, expect, test } from 'vitest';
import { createRequesters } from '../auth/requester.ts';
import { createSessions, sessionCookie } from '../auth/session.ts';
import type { RoomHosts } from '../room/room-hosts.ts';
import { createTestHosts } from '../testing/hosts.ts';
import { guardClosedRooms } from './closed-rooms.ts';
import { checkBodies, takesNothing } from './request-bodies.ts';
import { createIsHostOf, createMayTeach, serveRooms } from './room-routes.ts';

const sessions = createSessions('key');
const adminToken = 'an-admin-token-for-tests';
const asAdmin = { authorization: `Bearer ${adminToken}` };
let app: FastifyInstance;
let hosts: RoomHosts;

beforeEach(async () => {
  hosts = createTestHosts().hosts;
  app = fastify();
  checkBodies(app);
  await app.register(fastifyCookie);
  const requesterOf = createRequesters(sessions, adminToken);
  serveRooms(app, { hosts, sessions, requesterOf, trustProxy: 0, now: () => 0 });
  const isHostOf = createIsHostOf({ hosts, sessions, requesterOf });
  const mayTeach = createMayTeach(hosts, isHostOf);
  guardClosedRooms(app, { hosts, requesterOf, isHostOf });
  for (const path of [
    'samples',
    'models',
    'models/:id/weights',
    'training',
    'training/pack',
    'samples/:id/predict',
  ])
    app.get(`/api/${path}`, () => 'data');
  for (const path of ['training', 'models']) app.post(`/api/${path}`, takesNothing, () => 'done');
  app.get<{ Params: { room: string } }>('/may/:room', request => mayTeach(request, request.params.room));
  for (const path of ['/', '/r/:room', '/r/:room/wall']) app.get(path, () => 'the page');
});

interface Made {
  ok: true;
  value: { room: string; key: string };
}

async function make(name?: string) {
  const response = await app.inject({ method: 'POST', url: '/api/rooms', payload: { name } });
  const { value }: Made = response.json();
  return { ...value, cookie: `${response.headers['set-cookie']}`.split(';')[0], response };
}

test('[H1] a room is made by POST, and its maker has the key in a cookie that no script reads', async () => {
  const { room, key, response } = await make('Class 4B');
  expect(response.statusCode).toBe(201);
  expect(room).toBe('class-4b');
  expect(key).toMatch(/^[\w-]{24}$/);
  expect(response.headers['set-cookie']).toMatch(/^inkling-host-class-4b=.+HttpOnly/);
  const again = await app.inject({ method: 'POST', url: '/api/rooms', payload: { name: 'class 4b' } });
  expect([again.statusCode, again.json().reason]).toEqual([409, 'busy']);
  for (const payload of [{ name: 4 }, { name: '<script>' }, { nam: 'x' }])
    expect((await app.inject({ method: 'POST', url: '/api/rooms', payload })).statusCode).toBe(400);
});

test('[H2] the link of a host is exchanged for the cookie and leaves the address', async () => {
  const { room, key } = await make();
  const open = (url: string) => app.inject({ method: 'GET', url });
  const opened = await open(`/r/${room}/wall?host=${key}`);
  expect([opened.statusCode, opened.headers.location]).toEqual([303, `/r/${room}/wall`]);
  expect(opened.headers['set-cookie']).toContain(`inkling-host-${room}=`);
  for (const url of [`/r/${room}?host=wrong`, `/r/another?host=${key}`]) {
    const refused = await open(url);
    expect([refused.statusCode, refused.headers.location]).toEqual([303, url.split('?')[0]]);
    expect(refused.headers['set-cookie']).toBeUndefined();
  }
  expect((await open(`/?host=${key}`)).statusCode).toBe(200);
});

test('[H2] forged, foreign and renewed keys open nothing', async () => {
  const { room, key, cookie } = await make('4b');
  const other = await make('other');
  const read = async (headers: Record<string, string>, method: 'GET' | 'POST' = 'GET') => {
    const response = await app.inject({ method, url: `/api/rooms/${room}/key`, headers });
    return { status: response.statusCode, body: response.json() };
  };
  expect(await read({ cookie })).toMatchObject({ status: 200, body: { value: { key } } });
  expect(await read({ 'x-host-key': key })).toMatchObject({ status: 200 });
  expect(await read(asAdmin)).toMatchObject({ status: 200, body: { value: { key: null } } });
  const forgeries: Record<string, string>[] = [
    {},
    { cookie: other.cookie },
    { cookie: other.cookie.replace('other=', `${room}=`) },
    { cookie: `inkling-host-${room}=${room}:${key}` },
    { cookie: `${cookie}x` },
    { cookie: `inkling-host-${room}=` },
    { 'x-host-key': other.key },
    { 'x-host-key': '' },
  ];
  for (const headers of forgeries)
    for (const method of ['GET', 'POST'] as const) expect((await read(headers, method)).status).toBe(403);
  const renewed = await read({ cookie }, 'POST');
  expect(renewed.status).toBe(200);
  expect((await read({ cookie })).status).toBe(403);
  expect((await read({ 'x-host-key': renewed.body.value.key })).status).toBe(200);
});

test('[H12] a host ends the room by DELETE, and nobody else does', async () => {
  const { room, cookie } = await make('4b');
  const end = async (name: string, headers = {}) =>
    (await app.inject({ method: 'DELETE', url: `/api/rooms/${name}`, headers })).statusCode;
  expect(await end(room)).toBe(403);
  expect(await end('no room!', { cookie })).toBe(400);
  expect(await end('lobby', asAdmin)).toBe(400);
  expect(await end(room, { cookie })).toBe(200);
  expect(hosts.hasEnded(room)).toBe(true);
  expect(await end(room, { cookie })).toBe(403);
});

test('[H11] the data of a locked room are sent to people who were in it, its hosts and admins alone', async () => {
  const { room, key, cookie } = await make('4b');
  const { session, token } = sessions.issue();
  const inside = { cookie: `${sessionCookie}=${token}` };
  const stranger = { cookie: `${sessionCookie}=${sessions.issue().token}` };
  const statuses = async (headers = {}) =>
    Promise.all(
      ['samples', 'models', 'models/v1/weights', 'training', 'training/pack', 'samples/1/predict'].map(
        async path =>
          (await app.inject({ method: 'GET', url: `/api/${path}?room=${room}`, headers })).statusCode,
      ),
    );
  expect(new Set(await statuses(stranger))).toEqual(new Set([200]));
  await hosts.decide(room, state => ({ ...state, locked: true, inside: [session] }));
  for (const headers of [{}, stranger, { 'x-host-key': 'wrong' }])
    expect(new Set(await statuses(headers))).toEqual(new Set([403]));
  for (const headers of [inside, { cookie }, { 'x-host-key': key }, asAdmin])
    expect(new Set(await statuses(headers))).toEqual(new Set([200]));
  const ask = (url: string, request: object) =>
    app.inject({ method: 'POST', url, headers: stranger, ...request });
  const asked = await ask('/api/training', { payload: { room, where: 'server' } });
  expect([asked.statusCode, asked.json().reason]).toEqual([403, 'locked']);
  const uploaded = await ask('/api/models', { headers: { ...stranger, 'x-room': room } });
  expect(uploaded.json().reason).toBe('locked');
  expect((await app.inject({ method: 'GET', url: '/api/samples', headers: stranger })).statusCode).toBe(200);
});

test('[S12] without an open lobby its data are sent to admins alone, and those of rooms to everybody', async () => {
  const closed = fastify();
  await closed.register(fastifyCookie);
  const isHostOf = async () => false;
  guardClosedRooms(closed, {
    hosts,
    requesterOf: createRequesters(sessions, adminToken),
    isHostOf,
    isLobbyOpen: false,
  });
  for (const path of ['samples', 'models', 'training']) closed.get(`/api/${path}`, () => 'data');
  const statusOf = async (path: string, headers = {}) =>
    (await closed.inject({ method: 'GET', url: `/api/${path}`, headers })).statusCode;
  for (const path of ['samples', 'models?room=lobby', 'training']) {
    expect(await statusOf(path)).toBe(403);
    expect(await statusOf(path, asAdmin)).toBe(200);
  }
  expect(await statusOf('samples?room=4b')).toBe(200);
  await closed.close();
});

test('[H13] where hosts teach, nobody else may', async () => {
  const { room, key } = await make('4b');
  const may = async (headers = {}) => (await app.inject({ method: 'GET', url: '/may/4b', headers })).json();
  expect(await may()).toBe(true);
  await hosts.decide(room, state => ({ ...state, teach: 'host' }));
  expect(await may()).toBe(false);
  expect(await may({ 'x-host-key': 'wrong' })).toBe(false);
  expect(await may({ 'x-host-key': key })).toBe(true);
  expect(await may(asAdmin)).toBe(true);
});

test('[H2] a browser keeps a bounded number of host cookies', async () => {
  const cookies = Array.from({ length: 25 }, (_, i) => `inkling-host-r${i}=x`).join('; ');
  const { headers } = await app.inject({
    method: 'POST',
    url: '/api/rooms',
    payload: {},
    headers: { cookie: cookies },
  });
  const dropped = [headers['set-cookie']].flat().filter(each => each?.includes('Expires=Thu, 01 Jan 1970'));
  expect(dropped).toHaveLength(6);
});
