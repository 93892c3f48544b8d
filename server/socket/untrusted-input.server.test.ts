import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layDatabase } from '../../db/testing/data-folder-template.ts';
import { freePort } from '../../db/testing/free-port.ts';
import { topDigit } from '../../shared/distribution.ts';
import {
  connect,
  connectUntyped,
  draw,
  getSamples,
  inkOf,
  spawnServer,
  startServer,
  type TestClient,
  type TestServer,
  temporaryFolder,
} from '../testing/server.ts';

const data = temporaryFolder();
let server: TestServer;
/** A client that keeps drawing; the others' input must not affect it. */
let neighbour: TestClient;

beforeAll(async () => {
  server = await startServer({ DATA_DIR: data.folder });
  neighbour = (await connect(server.url, { name: 'neighbour' })).client;
});
afterAll(async () => {
  neighbour.close();
  await server.stop('SIGKILL');
  data.remove();
});

async function neighbourIsFine() {
  expect(neighbour.connected).toBe(true);
  const { guess } = await draw(neighbour, inkOf(0));
  expect(topDigit(guess.probabilities)).toBe(0);
}

/** The ack to any event with any payload, sent without types. */
async function answer(
  event: string,
  payload: unknown,
): Promise<{ ok: boolean; reason?: string; message?: string }> {
  const { client } = await connectUntyped(server.url);
  try {
    return await client.timeout(5_000).emitWithAck(event, payload);
  } finally {
    client.close();
  }
}

const drawing = randomUUID();
const points = (count: number) => new Array<number>(2 * count).fill(7);

describe('bad input in an event is refused with a reason', () => {
  test.each<[string, string, unknown, string]>([
    ['wrong types', 'draw', { drawing: 5, seq: 'x', stroke: {}, offset: [], points: 'ink' }, 'invalid'],
    ['nothing at all', 'draw', undefined, 'invalid'],
    ['null', 'redraw', null, 'invalid'],
    ['NaN', 'draw', { drawing, seq: 1, stroke: 0, offset: 0, points: [Number.NaN, 1] }, 'invalid'],
    ['1e9', 'draw', { drawing, seq: 1, stroke: 0, offset: 0, points: [1e9, 1] }, 'invalid'],
    ['negative', 'draw', { drawing, seq: 1, stroke: 0, offset: 0, points: [-1, 1] }, 'invalid'],
    [
      '100,000 points in one append',
      'draw',
      { drawing, seq: 1, stroke: 0, offset: 0, points: points(100_000) },
      'too_large',
    ],
    ['100,000 points in one drawing', 'redraw', { drawing, seq: 1, strokes: [points(100_000)] }, 'too_large'],
    [
      '100,000 points in many strokes',
      'redraw',
      { drawing, seq: 1, strokes: Array.from({ length: 100 }, () => points(1_000)) },
      'too_large',
    ],
    [
      '10,000 strokes',
      'redraw',
      { drawing, seq: 1, strokes: Array.from({ length: 10_000 }, () => [1, 1]) },
      'too_large',
    ],
    ['an unknown drawing', 'finish', { drawing }, 'unknown_drawing'],
    ['a label for an unknown drawing', 'label', { drawing, digit: 3 }, 'unknown_drawing'],
    ['the digit 10', 'label', { drawing, digit: 10 }, 'invalid'],
    ['the digit "7"', 'label', { drawing, digit: '7' }, 'invalid'],
    ['bytes where text is due', 'draw', Buffer.from([1, 2, 3]), 'invalid'],
    [
      'bytes for points',
      'draw',
      { drawing, seq: 1, stroke: 0, offset: 0, points: Buffer.from([1, 2]) },
      'invalid',
    ],
    ['an unknown event', 'erase-everything', { drawing }, 'invalid'],
    ['an event named like a method', 'constructor', {}, 'invalid'],
  ])('[A1] %s', async (_what, event, payload, reason) => {
    const refusal = await answer(event, payload);
    expect(refusal).toMatchObject({ ok: false, reason });
    expect(refusal.message).toMatch(/\w{3}/);
    await neighbourIsFine();
  });

  test('[E9] a label for an empty drawing', async () => {
    const { client } = await connect(server.url);
    const empty = randomUUID();
    await client.emitWithAck('redraw', { drawing: empty, seq: 1, strokes: [] });
    expect(await client.emitWithAck('label', { drawing: empty, digit: 1 })).toMatchObject({
      ok: false,
      reason: 'invalid',
    });
    client.close();
  });

  test('[E11] a draw, redraw, finish or label for another session’s drawing', async () => {
    const { drawing: mine } = await draw(neighbour, inkOf(2));
    const { client } = await connectUntyped(server.url);
    const theirs = { drawing: mine, seq: 9, stroke: 0, offset: 0, points: [1, 1] };
    for (const [event, payload] of [
      ['draw', theirs],
      ['redraw', { drawing: mine, seq: 9, strokes: [] }],
      ['finish', { drawing: mine }],
      ['label', { drawing: mine, digit: 1 }],
    ] as const) {
      expect(await client.emitWithAck(event, payload), event).toMatchObject({
        ok: false,
        reason: 'not_yours',
      });
    }
    await neighbour.emitWithAck('label', { drawing: mine, digit: 2 });
    await neighbour.emitWithAck('finish', { drawing: mine });
    expect(await client.emitWithAck('label', { drawing: mine, digit: 1 })).toMatchObject({
      reason: 'not_yours',
    });
    const { samples } = await getSamples(server.url);
    expect(samples.find(sample => sample.drawing === mine)?.label).toBe(2);
    client.close();
  });
});

test('[S7] an event of more than a megabyte ends its connection and no other', async () => {
  const { client } = await connectUntyped(server.url);
  const ended = new Promise<string>(resolve => client.once('disconnect', resolve));
  client.emit('draw', { drawing, points: 'x'.repeat(2_000_000) });
  expect(await ended).toMatch(/transport/);
  client.close();
  await neighbourIsFine();
});

test('[S7] bytes that are no packet end their connection and no other', async () => {
  const { client } = await connectUntyped(server.url);
  const ended = new Promise<string>(resolve => client.once('disconnect', resolve));
  client.io.engine.write('not a packet \u0000');
  client.io.engine.write('4{{{{');
  expect(await ended).toMatch(/./);
  client.close();
  await neighbourIsFine();
});

test('[S4] [A6] a session that sends too much gets the time when to go on, and loses no ink', async () => {
  const { client } = await connectUntyped(server.url, { room: 'flood' });
  const flood = randomUUID();
  // Twenty seconds of points: too much at once on any machine.
  const stroke = Array.from({ length: 6_000 }, (_, index) => index % 1024);
  const answers: unknown[] = [];
  const requested: unknown[] = [];
  client.on('resend', resend => requested.push(resend));
  for (let from = 0; from < stroke.length; from += 2) {
    const payload = {
      drawing: flood,
      seq: from,
      stroke: 0,
      offset: from / 2,
      points: stroke.slice(from, from + 2),
    };
    client.emit('draw', payload, (ack: unknown) => answers.push(ack));
  }
  await expect.poll(() => answers.length, { timeout: 60_000 }).toBe(3_000);
  const limited = answers.filter(ack => JSON.stringify(ack).includes('rate_limited'));
  expect(limited.length).toBeGreaterThan(50);
  expect(limited[0]).toMatchObject({ ok: false, reason: 'rate_limited', retryAfterMs: expect.any(Number) });
  await expect.poll(() => requested.length, { timeout: 60_000 }).toBeGreaterThan(0);
  expect(requested[0]).toEqual({ drawing: flood });
  const mend = () => client.emitWithAck('redraw', { drawing: flood, seq: 10_000, strokes: [stroke] });
  await expect.poll(mend, { timeout: 60_000, interval: 300 }).toEqual({ ok: true });
  expect(requested.length).toBeLessThan(10);
  expect(await client.emitWithAck('label', { drawing: flood, digit: 1 })).toMatchObject({ ok: true });
  expect((await getSamples(server.url, '?room=flood')).samples[0].strokes).toEqual([stroke]);
  client.close();
  await neighbourIsFine();
});

test('[S4] forty people behind one address draw freely', async () => {
  const people = await Promise.all(Array.from({ length: 40 }, () => connect(server.url, { room: 'class' })));
  const guesses = await Promise.all(
    people.map(({ client }, person) => draw(client, inkOf(person % 10), { points: 2 })),
  );
  expect(guesses).toHaveLength(40);
  for (const { client } of people) client.close();
});

describe('bad input in a handshake is refused with a reason', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['another protocol version', { protocol: 2 }, 'outdated'],
    ['no protocol version', { protocol: undefined }, 'outdated'],
    ['a room with markup', { room: '<script>' }, 'invalid'],
    ['a room of 10,000 characters', { room: 'x'.repeat(10_000) }, 'too_large'],
    ['a name with markup', { name: '<b>bold</b>' }, 'invalid'],
    ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'too_large'],
    ['a forged session', { session: `${randomUUID()}.bm90IGEgc2lnbmF0dXJl` }, 'invalid'],
  ])('[S2] %s', async (_what, auth, reason) => {
    await expect(connect(server.url, auth)).rejects.toMatchObject({
      ok: false,
      reason,
      message: expect.any(String),
    });
    await neighbourIsFine();
  });

  test('[S1] a forged cookie', async () => {
    const client = io(server.url, {
      auth: { protocol: 1 },
      extraHeaders: { cookie: 'inkling=mallory.c2lnbmVk' },
      transports: ['websocket'],
      forceNew: true,
    });
    const error = await new Promise(resolve => client.once('connect_error', resolve));
    expect(error).toMatchObject({ data: { ok: false, reason: 'invalid' } });
    client.close();
  });

  test('[S3] a page of another origin', async () => {
    const handshake = (origin: string) =>
      fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } }).then(
        ({ status }) => status,
      );
    expect(await handshake('https://evil.example')).toBe(403);
    expect(await handshake('https://evil.example')).toBe(403);
    expect(await handshake(server.url)).toBe(200);
    const logged = () =>
      server
        .output()
        .split('\n')
        .filter(line => line.includes('https://evil.example'));
    await expect.poll(logged).toHaveLength(1);
    expect(logged()[0]).toContain(`"host":"${new URL(server.url).host}"`);
  });
});

test('[S8] a request without Host is answered, and a page that sends it is refused by name', async () => {
  const ask = (headers: string) =>
    new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = createConnection(Number(new URL(server.url).port), 'localhost');
      socket.on('data', chunk => {
        text += chunk;
      });
      socket.once('error', reject);
      socket.once('end', () => resolve(text));
      socket.write(`POST /api/why HTTP/1.1\r\n${headers}Content-Length: 0\r\nConnection: close\r\n\r\n`);
    });
  expect(await ask('')).toContain('The body is empty; send JSON.');
  const refused = await ask('Origin: https://ink.example.org\r\n');
  expect(refused).toContain('HTTP/1.1 403 ');
  expect(refused).toContain('The log of the server names the setting to change.');
  await expect.poll(server.output).toContain('set PUBLIC_ORIGIN=https://ink.example.org"');
});

describe('bad input in a request is refused with a reason', () => {
  test.each([
    ['/api/samples?limit=0', 400, 'invalid'],
    ['/api/samples?limit=1000', 400, 'invalid'],
    ['/api/samples?before=x', 400, 'invalid'],
    ['/api/samples?room=<b>', 400, 'invalid'],
    ['/api/samples?colour=red', 400, 'invalid'],
    ['/api/samples?sort=best', 400, 'invalid'],
    ['/api/samples?sort=unsure&before=3', 400, 'invalid'],
    ['/api/samples/99999/image', 404, 'not_found'],
    ['/api/samples/x/image', 400, 'invalid'],
    ['/api/nothing', 404, 'not_found'],
    ['/../../etc/passwd', 404, 'not_found'],
  ])('[S8] %s', async (path, status, reason) => {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ ok: false, reason });
  });
});

describe('a start that cannot work ends with one sentence that states the reason', () => {
  /** Runs the server until it exits. */
  async function failedStart(settings: Record<string, string>) {
    const { child, output } = spawnServer(settings);
    const code = await new Promise(resolve => child.once('close', resolve));
    return { code, output: output() };
  }

  test('an invalid setting', async () => {
    const { code, output } = await failedStart({ PORT: 'many' });
    expect(code).toBe(1);
    expect(output).toContain('The setting PORT is "many"; allowed is a whole number from 0 to 65535');
    expect(output).not.toContain('    at ');
  });

  test('a port in use', async () => {
    const folder = temporaryFolder();
    await layDatabase(folder.folder);
    const port = await freePort();
    const other = createServer().listen(port);
    const { code, output } = await failedStart({ PORT: String(port), DATA_DIR: folder.folder });
    other.close();
    expect(code).toBe(1);
    expect(output).toContain(`The port ${port} is in use`);
    expect(output).not.toContain('    at ');
    folder.remove();
  });

  test('a second process on the same data folder exits; the first one is unaffected', async () => {
    const { code, output } = await failedStart({ PORT: '0', DATA_DIR: data.folder });
    expect(code).toBe(1);
    expect(output).toContain(data.folder);
    expect(output).toContain('in use');
    expect(output).not.toContain('    at ');
    await neighbourIsFine();
  });

  test('a data folder that cannot be written', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder.folder, 'file'), '');
    const { code, output } = await failedStart({ PORT: '0', DATA_DIR: join(folder.folder, 'file', 'data') });
    expect(code).toBe(1);
    expect(output).toContain('cannot write to the data folder');
    expect(output).not.toContain('    at ');
    folder.remove();
  });
});
