import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { freePort } from '../db/testing/free-port.ts';
import { temporaryFolder } from '../server/testing/server.ts';

/** Requests through the balancer, if HAProxy is installed: haproxy.cfg with only names and ports changed. */

const path = fileURLToPath(new URL('./haproxy.cfg', import.meta.url));
const file = readFileSync(path, 'utf8');
const hasHaproxy = spawnSync('haproxy', ['-v']).status === 0;

test('the balancer probes liveness, not the database, and routes a polling client to its node', () => {
  expect(file).toContain('option httpchk GET /healthz');
  expect(file).toMatch(/^ {2}cookie \w+ insert/m);
});

test('the balancer starts before a node has an address, and stops while sockets are open', () => {
  expect(file).toMatch(/^ {2}default-server .* init-addr none$/m);
  expect(file).toContain('server-template node 1-10 app:8501');
  expect(file).toMatch(/^ {2}hard-stop-after 1s$/m);
});

test.skipIf(!hasHaproxy).each(['', '0', '1', '2'])(
  'HAProxy accepts the file with TRUST_PROXY=%s',
  trusted => {
    const { status, stdout, stderr } = spawnSync('haproxy', ['-c', '-f', path], {
      env: { PATH: process.env.PATH, ...(trusted && { TRUST_PROXY: trusted }) },
      encoding: 'utf8',
    });
    expect({ status, output: stdout + stderr }).toEqual({
      status: 0,
      output: expect.not.stringMatching(/WARNING|ALERT/),
    });
  },
);

describe.skipIf(!hasHaproxy)('behind the balancer', () => {
  const { folder, remove } = temporaryFolder();
  const running: ChildProcess[] = [];
  /** A fake node that echoes its request headers and accepts every WebSocket. */
  const node = createServer((request, response) => {
    response.end(JSON.stringify(request.headers));
  });
  node.on('upgrade', ({ headers }, socket) => {
    socket.on('error', () => {});
    // RFC 6455, 1.3.
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const answer = ['connection: upgrade', 'upgrade: websocket', `sec-websocket-accept: ${accept}`];
    socket.write(['HTTP/1.1 101 Switching Protocols', ...answer, '', ''].join('\r\n'));
  });
  beforeAll(async () => {
    node.listen(0, '127.0.0.1');
    await once(node, 'listening');
  });
  afterAll(() => {
    for (const balancer of running) balancer.kill('SIGKILL');
    node.closeAllConnections();
    node.close();
    remove();
  });

  const statusOf = (url: string) =>
    fetch(url).then(
      ({ status }) => status,
      () => 0,
    );

  /** Starts a balancer with `proxies` proxies in front and resolves once it has found the node. */
  async function balance(proxies: number) {
    const [port, health] = [await freePort(), await freePort()];
    const address = node.address();
    if (address === null || typeof address === 'string') throw new Error('The node has no port.');
    const config = join(folder, `${port}.cfg`);
    writeFileSync(
      config,
      file
        .replace('bind :8501', `bind 127.0.0.1:${port}`)
        .replace('127.0.0.1:8500', `127.0.0.1:${health}`)
        .replace('server-template node 1-10 app:8501', `server node 127.0.0.1:${address.port}`),
    );
    const balancer = spawn('haproxy', ['-db', '-f', config], {
      env: { PATH: process.env.PATH, TRUST_PROXY: String(proxies) },
      stdio: 'ignore',
    });
    running.push(balancer);
    await expect.poll(() => statusOf(`http://127.0.0.1:${health}/healthz`), { timeout: 60_000 }).toBe(200);
    return { url: `http://127.0.0.1:${port}`, balancer };
  }

  /** The forwarded headers that the node receives for a request with these headers. */
  async function forwarded(url: string, headers: Record<string, string>) {
    const answer = z.record(z.string(), z.string()).parse(await (await fetch(url, { headers })).json());
    return Object.entries(answer).filter(([name]) => /^(x-)?forwarded/.test(name));
  }

  test('serves the page, but neither metrics nor health, however the path is spelt', async () => {
    const { url } = await balance(0);
    expect(await statusOf(url)).toBe(200);
    for (const hidden of ['/metrics', '/healthz', '/metrics?x', '/%6detrics', '/healt%68z'])
      expect({ hidden, status: await statusOf(url + hidden) }).toEqual({ hidden, status: 404 });
  });

  test('a visitor cannot choose their own address', async () => {
    const { url } = await balance(0);
    const claims = {
      'x-forwarded-for': '203.0.113.1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      forwarded: 'for=203.0.113.1;host=evil.example;proto=https',
    };
    expect(await forwarded(url, claims)).toEqual([['x-forwarded-for', '127.0.0.1']]);
  });

  test.each([
    { proxies: 1, seen: '198.51.100.2' },
    { proxies: 2, seen: '198.51.100.1' },
  ])(
    'behind $proxies proxies the visitor’s address is the one that the first proxy saw',
    async ({ proxies, seen }) => {
      const { url } = await balance(proxies);
      const claims = {
        'x-forwarded-for': '203.0.113.1, 198.51.100.1, 198.51.100.2',
        'x-forwarded-host': 'ink.example.org',
      };
      const headers = Object.fromEntries(await forwarded(url, claims));
      expect(headers).toEqual({ 'x-forwarded-for': seen, 'x-forwarded-host': 'ink.example.org' });
    },
  );

  test('a stopped balancer ends while a WebSocket is open', async () => {
    const { url, balancer } = await balance(0);
    const socket = new WebSocket(url.replace('http', 'ws'));
    await once(socket, 'open');
    const ended = once(balancer, 'exit');
    balancer.kill('SIGUSR1');
    await ended;
    socket.close();
  });
});
