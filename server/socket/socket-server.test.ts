import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxBehindMs, slowRoundTripMs } from '../../shared/limits.ts';
import { chance, createRandom, int, type Random } from '../../shared/random.ts';
import { createSessions } from '../auth/session.ts';
import { createAnnouncer } from '../core/announcer.ts';
import { createMetrics } from '../core/metrics.ts';
import { after } from '../core/schedule.ts';
import { createDrawings } from '../drawing/drawing-service.ts';
import { createRoomModels } from '../inference/room-models.ts';
import { createPauseKeeper } from '../room/pause-keeper.ts';
import { createRooms } from '../room/room-registry.ts';
import { idleDrawingsParts } from '../testing/drawings.ts';
import { mutate, pick } from '../testing/fuzz.ts';
import { createTestHosts } from '../testing/hosts.ts';
import { createIoServer, heartbeat } from './io-server.ts';
import { createSockets } from './socket-server.ts';
import { createSubscribers } from './subscribers.ts';

// An error at the top of the process fails the test run.

const httpServer = createServer((_request, response) => response.end());
const log = pino({ level: 'silent' });
const metrics = createMetrics();
const now = () => performance.now();
const drawings = createDrawings(idleDrawingsParts());
const io = createIoServer({
  isOwnOrigin: () => true,
  isOwnHost: async ({ headers }) => headers.host !== 'evil.test',
  metrics,
});
const { hosts, hostActions } = createTestHosts();
const subscribers = createSubscribers({ metrics, log, now, after });
const rooms = createRooms({
  subscribers,
  cluster: { open() {}, close() {}, publishTick() {} },
  drawings,
  hosts,
  overload: { minTickMs: () => 1 },
  now,
  after,
});
const base = { version: 'base', card: { version: 'base' } };
const roomModels = createRoomModels(base);
const entered: string[] = [];
/** A person who enters a room waits for it. */
let entering = Promise.resolve();
const announcer = createAnnouncer(io);
const sockets = createSockets({
  io,
  httpServer,
  sessions: createSessions('key'),
  rooms,
  hosts,
  hostActions,
  pauses: createPauseKeeper({ hosts }),
  subscribers,
  drawings,
  networks: { labels() {} },
  registry: {
    model: roomModels.of,
    use(room) {
      entered.push(room);
      return entering;
    },
  },
  overload: { pace: () => ({ guessesPerSecond: 30, overloaded: false }) },
  metrics,
  log,
  trustProxy: 1,
  guessOrigins: () => [],
  now,
});
let address: string;
let port: number;

beforeAll(async () => {
  httpServer.listen(0, '127.0.0.1');
  await once(httpServer, 'listening');
  const bound = httpServer.address();
  port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  address = `127.0.0.1:${port}/socket.io/?EIO=4`;
});
afterAll(async () => {
  rooms.stop();
  await sockets.stop();
});

const hello = '40{"protocol":1}';

interface Wire {
  socket: WebSocket;
  /** Received text packets, in order. */
  received: string[];
}

async function open(): Promise<Wire> {
  const socket = new WebSocket(`ws://${address}&transport=websocket`);
  const received: string[] = [];
  socket.addEventListener('message', ({ data }) => received.push(`${data}`));
  socket.addEventListener('error', () => {});
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('close', reject);
  });
  return { socket, received };
}

async function startPolling(): Promise<string> {
  const [, text] = /^0(.*)$/.exec(await (await fetch(`http://${address}&transport=polling`)).text()) ?? [];
  return `http://${address}&transport=polling&sid=${JSON.parse(text ?? '').sid}`;
}

async function somebodyIsServed() {
  const { socket, received } = await open();
  socket.send(hello);
  await expect.poll(() => received.some(packet => packet.startsWith('42["welcome"'))).toBe(true);
  socket.close();
}

describe('a room has a version of its own', () => {
  const own = { version: 'of-4b', card: { version: 'of-4b' } };

  async function enter(room: string): Promise<Wire> {
    const wire = await open();
    wire.socket.send(`40${JSON.stringify({ protocol: 1, room })}`);
    await expect.poll(() => namesOf(wire)).toContain('welcome');
    return wire;
  }
  /** Events, but for the frames. */
  const eventsOf = ({
    received,
  }: Wire): [string, { version?: string; model?: { version: string }; job?: string }][] =>
    received
      .filter(packet => packet.startsWith('42'))
      .map(packet => JSON.parse(packet.slice(2)))
      .filter(([name]) => name !== 'frame');
  const namesOf = (wire: Wire) => eventsOf(wire).map(([name]) => name);

  test('[V12] the welcome names it, once it predicts there', async () => {
    const ready = Promise.withResolvers<void>();
    entering = ready.promise;
    const wire = await open();
    wire.socket.send('40{"protocol":1,"room":"4b"}');
    await expect.poll(() => entered).toContain('4b');
    expect(namesOf(wire)).toEqual([]);
    roomModels.set('4b', own);
    ready.resolve();
    entering = Promise.resolve();
    await expect.poll(() => eventsOf(wire)[0]?.[1].model?.version).toBe('of-4b');
    const other = await enter('5c');
    expect(eventsOf(other)[0]?.[1].model?.version).toBe('base');
    for (const { socket } of [wire, other]) socket.close();
  });

  test('[V8] [V12] [J11] versions and jobs are sent to the people of their room alone', async () => {
    const wires = [await enter('4b'), await enter('5c'), await enter('lobby')];
    const training = {
      where: 'server',
      phase: 'queued',
      step: 0,
      steps: 0,
      loss: null,
      accuracy: null,
    } as const;
    announcer.model('4b', own);
    announcer.training('5c', { job: 'a', ...training });
    announcer.houseModel({ ...base, version: 'taught' }, ['4b']);
    announcer.training('4b', { job: 'b', ...training });
    // Everybody receives the last one, so that nothing is on its way after it.
    announcer.pace({ guessesPerSecond: 30, overloaded: false });
    for (const wire of wires) await expect.poll(() => namesOf(wire)).toContain('pace');
    const received = wires.map(wire =>
      eventsOf(wire)
        .slice(1, -1)
        .map(([name, { version, job }]) => `${name} ${version ?? job}`),
    );
    expect(received).toEqual([
      ['model of-4b', 'training b'],
      ['training a', 'model taught'],
      ['model taught'],
    ]);
    for (const { socket } of wires) socket.close();
  });
});

describe('a second CONNECT ends only its own connection', () => {
  test('[S7] in one request', async () => {
    const session = await startPolling();
    await fetch(session, { method: 'POST', body: `${hello}\u001e${hello}` });
    await expect.poll(async () => (await fetch(session)).status).toBe(400);
    await somebodyIsServed();
  });

  test('[S7] in two frames of a WebSocket', async () => {
    const { socket } = await open();
    socket.send(hello);
    socket.send(hello);
    await expect.poll(() => socket.readyState).toBe(WebSocket.CLOSED);
    await somebodyIsServed();
  });

  test('[S7] but a CONNECT after a refusal is handled', async () => {
    const { socket, received } = await open();
    socket.send('40{"protocol":1,"room":"<b>"}');
    socket.send(hello);
    await expect.poll(() => received.map(packet => packet.slice(0, 2))).toContain('42');
    expect(received.map(packet => packet.slice(0, 2))).toContain('44');
    socket.close();
  });
});

test('[S3] a request for a foreign host name opens no connection', async () => {
  const ask = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { port, path: '/socket.io/?EIO=4&transport=polling', headers: { host } };
      get(options, response => resolve(response.resume().statusCode)).on('error', reject);
    });
  expect(await ask('evil.test')).toBe(403);
  expect(await ask('ink.test')).toBe(200);
});

test('[B4] an unanswered ping closes its connection within ten seconds, a slow round trip does not', () => {
  expect(heartbeat.pingInterval + heartbeat.pingTimeout).toBeLessThanOrEqual(maxBehindMs);
  expect(heartbeat.pingTimeout).toBeGreaterThan(slowRoundTripMs);
});

test('a connection that is reset during its upgrade affects no other', async () => {
  const paths = [
    '/',
    '/socket.io/?EIO=4&transport=websocket',
    '/socket.io/?EIO=3',
    '/socket.io/?EIO=4&sid=x',
  ];
  for (let round = 0; round < 40; round++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    const key = round % 3 === 0 ? '' : 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    const head = `GET ${paths[round % 4]} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
    socket.write(`${head}Sec-WebSocket-Version: 13\r\n${key}\r\n`);
    await sleep(round % 7);
    socket.resetAndDestroy();
  }
  await somebodyIsServed();
});

describe('no packet affects another connection', () => {
  const drawing = randomUUID();
  const events = [
    `42["draw",{"drawing":"${drawing}","seq":1,"stroke":0,"offset":0,"points":[1,1,5,5]}]`,
    `420["redraw",{"drawing":"${drawing}","seq":2,"strokes":[[1,1,9,9]]}]`,
    `421["label",{"drawing":"${drawing}","digit":7}]`,
    `422["finish",{"drawing":"${drawing}"}]`,
    '423["look",{"page":1}]',
  ];
  const packets = [
    hello,
    '40',
    '40{"protocol":1,"room":"class","name":"Ada"}',
    '40/admin,{"protocol":1}',
    '41',
    '43',
    '430["x"]',
    '44{"message":"x"}',
    '42["disconnect"]',
    '42["error",{}]',
    '451-["draw",{"_placeholder":true,"num":0}]',
    '461-0[{"_placeholder":true,"num":0}]',
    '0{"sid":"x"}',
    '1',
    '2',
    '2probe',
    '3',
    '5',
    '6',
    'bAQID',
    '4',
    '',
  ];
  const [rounds, wires] = [10_000, 8];

  /** A raw WebSocket, without a library that would delay or refuse packets. */
  async function openRaw(): Promise<Socket> {
    const socket = connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume();
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n${key}\r\n\r\n`,
    );
    // Packets before the server's open packet would be lost.
    await once(socket, 'data');
    return socket;
  }

  /** A client's frame with mask 0, which leaves the payload unchanged. */
  function frameOf(random: Random, packet: string): Buffer {
    const payload = Buffer.from(packet);
    const { length } = payload;
    const opcode = pick(random, [1, 1, 1, 1, 1, 1, 1, 1, 2, int(random, 16)]);
    const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
    return Buffer.concat([Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0]), payload]);
  }

  test(`[S7] ${rounds} mutated packets`, async () => {
    const random = createRandom(14);
    const opened: Socket[] = [];
    for (let round = 0; round < rounds; round++) {
      const known = pick(random, chance(random, 0.8) ? events : packets);
      const packet = chance(random, 0.3) ? mutate(random, known) : known;
      if (round % 100 === 0) {
        const session = await startPolling();
        const body = [hello, packet, mutate(random, pick(random, packets))].join('\u001e');
        await fetch(session, { method: pick(random, ['POST', 'POST', 'PUT', 'DELETE']), body });
      }
      const place = int(random, wires);
      let socket = opened[place];
      if (socket === undefined || socket.destroyed) {
        socket = await openRaw();
        opened[place] = socket;
        if (chance(random, 0.9)) {
          socket.write(frameOf(random, hello));
          // An event in the same turn as its CONNECT ends the connection.
          await sleep(1);
        }
      }
      socket.write(frameOf(random, packet));
      if (round % 4 === 0) await sleep(1);
    }
    for (const socket of opened) socket.destroy();
    await somebodyIsServed();
    const { values } = await metrics.received.get();
    expect(values.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThan(500);
  });
});
