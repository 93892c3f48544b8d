import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import timers from 'node:timers';
import { Server } from 'socket.io';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { heartbeat } from '../../server/socket/io-server.ts';
import { slowRoundTripMs } from '../../shared/limits.ts';
import { createFakeNetwork } from '../testing/fake-network.ts';
import { type Connection, connect } from './connection.ts';

/**
 * Real sockets on faked time. The time advances by `stepMs` after every packet in flight had a moment to arrive: a
 * minute takes seconds, and a slow machine changes nothing.
 */
const stepMs = 50;
const realTimeout = globalThis.setTimeout;

async function pass(ms: number) {
  for (let passed = 0; passed < ms; passed += stepMs) {
    for (let turn = 0; turn < 4; turn++) await new Promise(resolve => setImmediate(resolve));
    await new Promise(resolve => realTimeout(resolve, 1));
    vi.advanceTimersByTime(stepMs);
  }
}

/** Resolves to the faked time that passed, in ms. */
async function passUntil(reached: () => boolean, limitMs = 60_000) {
  const began = Date.now();
  while (!reached()) {
    if (Date.now() - began > limitMs) throw new Error(`Not within ${limitMs} ms.`);
    await pass(stepMs);
  }
  return Date.now() - began;
}

async function startRoom() {
  const http = createServer();
  const io = new Server(http, { ...heartbeat, serveClient: false });
  io.on('connection', socket => {
    socket.on('label', (_label: unknown, answer: (ack: unknown) => void) =>
      answer({ ok: true, value: { sample: 1 } }),
    );
    socket.emit('welcome', { session: null });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return { http, io, port: (http.address() as AddressInfo).port };
}

let room: Awaited<ReturnType<typeof startRoom>>;
let network: Awaited<ReturnType<typeof createFakeNetwork>>;
let polls: boolean;
let storedName: string;
const open: Connection[] = [];

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  // Engine.IO's server takes its timers from the module.
  vi.spyOn(timers, 'setTimeout').mockImplementation((...given) => globalThis.setTimeout(...given));
  vi.spyOn(timers, 'clearTimeout').mockImplementation(timer => globalThis.clearTimeout(timer));
  room = await startRoom();
  network = await createFakeNetwork(room.port);
  polls = false;
  storedName = '';
});
afterEach(async () => {
  for (const connection of open.splice(0)) connection.close();
  network.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
  room.http.closeAllConnections();
  await room.io.close();
});

interface Page {
  connection: Connection;
  live(): boolean;
}

/** Opens a page; all pages of a test share the stored transport, as the pages of one visit do. */
function openPage({ roundTripMs = 0 } = {}): Page {
  const connection = connect({
    url: network.url,
    room: 'lobby',
    name: () => storedName,
    session: { read: () => undefined, write: () => {}, renew: async () => {} },
    roundTripMs,
    polling: {
      read: () => polls,
      write(polling) {
        polls = polling;
      },
    },
  });
  open.push(connection);
  const live = () => connection.link.value.state === 'live';
  return { connection, live };
}

const transports = () => [...room.io.sockets.sockets.values()].map(({ conn }) => conn.transport.name);
const label = { drawing: 'one', digit: 7 };

test('[R10] a WebSocket comes first, and nothing else is tried', async () => {
  const page = openPage();
  expect(await passUntil(page.live)).toBeLessThan(3_500);
  expect(transports()).toEqual(['websocket']);
  expect(polls).toBe(false);
});

test('[R4] each time a page connects, it sends the name that the browser keeps by then', async () => {
  storedName = 'Ada';
  const page = openPage();
  await passUntil(page.live);
  const names = () => [...room.io.sockets.sockets.values()].map(({ handshake }) => handshake.auth.name);
  expect(names()).toEqual(['Ada']);
  // Another tab clears the name.
  storedName = '';
  room.io.disconnectSockets(true);
  await passUntil(() => !page.live());
  await passUntil(page.live);
  expect(names()).toEqual(['']);
});

test.each(['never answers', 'answers for itself', 'opens only'] as const)(
  '[R10] polling follows where the network %s, at once for the rest of the visit',
  async fault => {
    network.fault = fault;
    const page = openPage();
    // Missing pings reveal the silence after the first packet.
    const maxMs = fault === 'opens only' ? 15_000 : 8_000;
    expect(await passUntil(page.live)).toBeLessThan(maxMs);
    expect(transports()).toEqual(['polling']);
    const [answer] = await Promise.all([page.connection.label(label), pass(1_000)]);
    expect(answer.ok).toBe(true);
    await pass(30_000);
    expect(page.live()).toBe(true);
    expect(transports()).toEqual(['polling']);

    room.io.disconnectSockets(true);
    await passUntil(() => !page.live());
    expect(await passUntil(page.live)).toBeLessThan(4_500);
    page.connection.close();
    const reloaded = openPage();
    expect(await passUntil(reloaded.live)).toBeLessThan(3_500);
  },
);

test.each(['never answers', 'answers for itself', 'opens only'] as const)(
  'the server keeps nothing of a WebSocket that the network %s',
  async fault => {
    network.fault = fault;
    const page = openPage();
    await passUntil(page.live);
    // Longer than the ping timeout plus the 30 s that a closing WebSocket waits for the other end.
    await pass(45_000);
    expect(page.live()).toBe(true);
    expect(room.io.engine.clientsCount).toBe(1);
    page.connection.close();
    await pass(45_000);
    expect(room.io.engine.clientsCount).toBe(0);
    const connections = await new Promise(resolve =>
      room.http.getConnections((_error, count) => resolve(count)),
    );
    expect(connections).toBe(0);
  },
);

test('[R10] a WebSocket that is refused costs no time-out', async () => {
  network.fault = 'refuses';
  const page = openPage();
  expect(await passUntil(page.live)).toBeLessThan(3_500);
  expect(transports()).toEqual(['polling']);
});

test('[R10] a WebSocket takes over when a network that swallows WebSockets is followed by one that does not', async () => {
  network.fault = 'never answers';
  const page = openPage();
  await passUntil(page.live);
  expect(polls).toBe(true);
  network.fault = 'none';
  room.io.disconnectSockets(true);
  await passUntil(() => !page.live());
  await passUntil(() => page.live() && transports()[0] === 'websocket');
  expect(polls).toBe(false);
});

describe('on a connection with a slow round trip', () => {
  beforeEach(() => {
    network.oneWayMs = slowRoundTripMs / 2;
  });

  /** Counts the times that the link is lost from now on. */
  function countLosses({ connection }: Page) {
    const losses = { count: 0 };
    connection.link.subscribe(({ state }) => {
      if (state === 'offline') losses.count++;
    });
    return losses;
  }

  test('[R10] the page is live by WebSocket, stays so, and its labels are acked', async () => {
    const page = openPage({ roundTripMs: slowRoundTripMs });
    const losses = countLosses(page);
    await passUntil(page.live);
    expect(transports()).toEqual(['websocket']);
    const answer = page.connection.label(label);
    await pass(60_000);
    expect(losses.count).toBe(0);
    expect(await answer).toEqual({ ok: true, value: { sample: 1 } });
  });

  test('a page that loaded fast takes the slow connection for a silent one, and corrects itself', async () => {
    const page = openPage();
    await pass(60_000);
    const losses = countLosses(page);
    await pass(60_000);
    expect(page.live()).toBe(true);
    expect(losses.count).toBe(0);
    expect(transports()).toEqual(['websocket']);
    expect(polls).toBe(false);
  });
});
