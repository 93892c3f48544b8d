import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../db/testing/free-port.ts';
import { startServer, type TestServer, temporaryFolder } from '../server/testing/server.ts';

/** Requests through the proxies of this folder, if installed: the files with only names and ports changed. */

const has = (program: string) => spawnSync('which', [program]).status === 0;
const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const { folder, remove } = temporaryFolder();
const at = (name: string) => join(folder, name);
const running: ChildProcess[] = [];
let server: TestServer;

beforeAll(async () => {
  server = await startServer({
    DATA_DIR: at('data'),
    TRUST_PROXY: '1',
    INFERENCE_PROCESSES: '1',
    ENGINE: 'wasm',
  });
  if (!has('openssl')) return;
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', at('key.pem'), '-out', at('cert.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject, ...files],
    {
      stdio: 'ignore',
    },
  );
});
afterAll(async () => {
  for (const child of running) child.kill();
  await server.stop('SIGKILL');
  remove();
});

const upstream = () => server.url.replace('http://localhost', '127.0.0.1');

/** Runs the proxy on a free port and resolves with its address. */
const proxies = {
  nginx: () => runNginx(site => site),
  /** A proxy that drops the port from Host although visitors use another port than 443. */
  'nginx without the port': () => runNginx(site => site.replaceAll('$http_host', '$host')),
  /** A proxy that sends its own upstream name as Host, which is nginx's default. */
  'nginx without Host': () => runNginx(site => site.replace('proxy_set_header Host $http_host;', '')),
  async caddy() {
    const port = await freePort();
    const site = read('./Caddyfile')
      .replace('127.0.0.1:8501', upstream())
      .replace('ink.example.org {', `https://127.0.0.1:${port} {\n\ttls ${at('cert.pem')} ${at('key.pem')}`);
    writeFileSync(at('Caddyfile'), `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`);
    const env = { PATH: process.env.PATH, HOME: folder };
    const args = ['run', '--adapter', 'caddyfile', '--config', at('Caddyfile')];
    running.push(spawn('caddy', args, { stdio: 'ignore', env }));
    return `https://127.0.0.1:${port}`;
  },
};

async function runNginx(change: (site: string) => string) {
  const [port, plain] = [await freePort(), await freePort()];
  const site = change(read('./nginx.conf'))
    .replace('127.0.0.1:8501', upstream())
    .replace(/listen (\[::\]:)?443/g, (_, v6 = '') => `listen ${v6}${port}`)
    .replace(/listen (\[::\]:)?80/g, (_, v6 = '') => `listen ${v6}${plain}`)
    .replace(/\/etc\/letsencrypt\S+fullchain\.pem/, at('cert.pem'))
    .replace(/\/etc\/letsencrypt\S+privkey\.pem/, at('key.pem'));
  writeFileSync(at('site.conf'), site);
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const folders = kinds.map(kind => `${kind}_temp_path ${at(kind)};`).join(' ');
  const main = `events {} pid ${at('pid')}; error_log stderr; daemon off; http { access_log off; ${folders} include ${at('site.conf')}; }`;
  writeFileSync(at('nginx.conf'), main);
  running.push(spawn('nginx', ['-c', at('nginx.conf'), '-p', folder], { stdio: 'ignore' }));
  return `https://127.0.0.1:${port}`;
}

/** The status of a response; 0 if there is none. The certificate is self-signed. */
function ask(
  url: string,
  { method = 'GET', forwarded = '', origin = new URL(url).origin } = {},
): Promise<number> {
  const headers = { 'x-forwarded-for': forwarded, 'content-type': 'application/json', origin };
  return new Promise(resolve => {
    const asking = request(url, { method, headers, rejectUnauthorized: false }, answer => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.on('error', () => resolve(0));
    asking.end(method === 'POST' ? '{"where":"server"}' : '');
  });
}

/** Opens a WebSocket as a page of `origin` does. Rejects if the server refuses it. */
async function openSocket(url: string, origin = url) {
  const socket = io(url, {
    auth: { protocol: 1 },
    transports: ['websocket'],
    extraHeaders: { origin },
    rejectUnauthorized: false,
    forceNew: true,
    reconnection: false,
  });
  try {
    await new Promise((resolve, reject) => {
      socket.once('welcome', resolve);
      socket.once('connect_error', reject);
    });
  } finally {
    socket.close();
  }
}

describe.each(['nginx', 'nginx without the port', 'nginx without Host', 'caddy'] as const)(
  'behind %s',
  proxy => {
    test.skipIf(!has(proxy.split(' ')[0]!) || !has('openssl'))(
      'sockets open, metrics are hidden, and visitors cannot choose their own address',
      async () => {
        const url = await proxies[proxy]();
        await expect.poll(() => ask(`${url}/readyz`)).toBe(200);
        expect(await ask(`${url}/metrics`)).toBe(404);
        await openSocket(url);
        await expect(openSocket(url, 'https://evil.example')).rejects.toThrow('websocket error');
        expect(await ask(`${url}/api/training`, { method: 'POST', origin: 'https://evil.example' })).toBe(
          403,
        );
        // The body has no strokes, so a 400 shows that the server read it.
        expect(await ask(`${url}/api/why`, { method: 'POST' })).toBe(400);
        // The limit is six jobs per address, so forged addresses do not help.
        const asked: number[] = [];
        for (let i = 0; i < 8; i++)
          asked.push(await ask(`${url}/api/training`, { method: 'POST', forwarded: `203.0.113.${i}` }));
        expect(asked.at(-1)).toBe(429);
      },
    );
  },
);
