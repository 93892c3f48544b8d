import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { get, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fastifyCookie from '@fastify/cookie';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { precompressFolder } from '../../client/precompress.ts';
import { createSessions } from '../auth/session.ts';
import { temporaryFolder } from '../testing/server.ts';
import { servePages } from './page-routes.ts';

const build = temporaryFolder();
const text = 'export const seven = 7;\n'.repeat(500);
const files = {
  'index.html': `<!doctype html><title>Inkling</title>${'<p>ink</p>'.repeat(500)}`,
  'drawing.svg': `<svg xmlns="http://www.w3.org/2000/svg">${'<path d="M0 0"/>'.repeat(500)}</svg>`,
  'assets/page-a1.js': text,
  'assets/page-a1.css': 'p { color: red }\n'.repeat(500),
  'assets/engine-a1.wasm': `\0asm${'\x01\x02\x03\x04'.repeat(2000)}`,
  'assets/small-a1.js': 'export {};\n',
  'assets/picture-a1.png': randomBytes(5000),
  'assets/noise-a1.json': randomBytes(5000),
};
const app = fastify();
let port: number;

beforeAll(async () => {
  mkdirSync(join(build.folder, 'assets'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(build.folder, name), bytes);
  await precompressFolder(build.folder);
  await app.register(fastifyCookie);
  servePages(app, { sessions: createSessions('key'), trustProxy: 0, folder: build.folder });
  port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
});
afterAll(async () => {
  await app.close();
  build.remove();
});

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

/** The bytes on the wire: `fetch` would send an Accept-Encoding of its own and decompress. */
function request(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers }, async response => {
      const bytes = await buffer(response);
      resolve({ status: response.statusCode, headers: response.headers, bytes });
    }).on('error', reject);
  });
}

const accepting = (encodings: string) => ({ 'accept-encoding': encodings });

describe('a built file', () => {
  test.each([
    ['index.html', '/', 'text/html; charset=utf-8'],
    ['drawing.svg', '/drawing.svg', 'image/svg+xml'],
    ['assets/page-a1.js', '/assets/page-a1.js', 'application/javascript; charset=utf-8'],
    ['assets/page-a1.css', '/assets/page-a1.css', 'text/css; charset=utf-8'],
    ['assets/engine-a1.wasm', '/assets/engine-a1.wasm', 'application/wasm'],
  ] as const)(
    '%s is sent compressed to clients that accept it, plain to others',
    async (name, path, type) => {
      const content = Buffer.from(files[name]);
      const plain = await request(path);
      const gzip = await request(path, accepting('gzip, deflate'));
      const brotli = await request(path, accepting('gzip, deflate, br, zstd'));
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(gzip.headers['content-encoding']).toBe('gzip');
      expect(brotli.headers['content-encoding']).toBe('br');
      expect(plain.bytes).toEqual(content);
      expect(gunzipSync(gzip.bytes)).toEqual(content);
      expect(brotliDecompressSync(brotli.bytes)).toEqual(content);
      for (const { status, headers, bytes } of [plain, gzip, brotli]) {
        expect(status).toBe(200);
        expect(headers['content-type']).toBe(type);
        expect(headers['content-length']).toBe(`${bytes.length}`);
        expect(headers.vary).toBe('accept-encoding');
      }
      expect(new Set([plain, gzip, brotli].map(({ headers }) => headers.etag)).size).toBe(3);
    },
  );

  test.each(['identity', 'gzip;q=0, br;q=0', 'zstd', ''])(
    'is sent plain to a client that accepts %j',
    async encodings => {
      const { headers, bytes } = await request('/assets/page-a1.js', accepting(encodings));
      expect(headers['content-encoding']).toBeUndefined();
      expect(bytes.toString()).toBe(text);
    },
  );

  test('is sent plain where no compressed copy is smaller, and has the header Vary', async () => {
    for (const path of ['/assets/small-a1.js', '/assets/picture-a1.png', '/assets/noise-a1.json']) {
      const { status, headers } = await request(path, accepting('br, gzip'));
      expect(status).toBe(200);
      expect(headers['content-encoding']).toBeUndefined();
      expect(headers.vary).toBe('accept-encoding');
    }
    const copies = readdirSync(join(build.folder, 'assets')).filter(name => /\.(br|gz)$/.test(name));
    expect(copies.sort()).toEqual([
      'engine-a1.wasm.br',
      'engine-a1.wasm.gz',
      'page-a1.css.br',
      'page-a1.css.gz',
      'page-a1.js.br',
      'page-a1.js.gz',
    ]);
  });

  test('is not sent again to a client that has it', async () => {
    for (const encodings of ['br', 'gzip', 'identity']) {
      const { headers } = await request('/assets/page-a1.js', accepting(encodings));
      const again = await request('/assets/page-a1.js', {
        ...accepting(encodings),
        'if-none-match': headers.etag ?? '',
      });
      expect(again.status).toBe(304);
      expect(again.headers.vary).toBe('accept-encoding');
      expect(again.bytes).toHaveLength(0);
    }
  });

  test('is sent in parts of the same copy as the whole', async () => {
    for (const encodings of ['br', 'identity']) {
      const whole = await request('/assets/page-a1.js', accepting(encodings));
      const part = await request('/assets/page-a1.js', { ...accepting(encodings), range: 'bytes=10-19' });
      expect(part.status).toBe(206);
      expect(part.headers['content-encoding']).toBe(whole.headers['content-encoding']);
      expect(part.headers['content-range']).toBe(`bytes 10-19/${whole.bytes.length}`);
      expect(part.bytes).toEqual(whole.bytes.subarray(10, 20));
    }
  });

  test('is cached for ever when its name has a hash, and checked again when not', async () => {
    for (const encodings of ['br', 'gzip', 'identity']) {
      const cacheControl = async (path: string) =>
        (await request(path, accepting(encodings))).headers['cache-control'];
      expect(await cacheControl('/assets/page-a1.js')).toBe('public, max-age=31536000, immutable');
      expect(await cacheControl('/drawing.svg')).toBe('no-cache');
      expect(await cacheControl('/')).toBe('no-cache');
    }
  });
});

test('a page gives a session to a client that accepts compression too', async () => {
  const { headers } = await request('/r/physics', accepting('br'));
  expect(headers['set-cookie']?.join()).toContain('inkling=');
});

test('the same file compresses to the same bytes, whenever it was written', async () => {
  const copies = () => ['br', 'gz'].map(ending => readFileSync(join(build.folder, `index.html.${ending}`)));
  const first = copies();
  utimesSync(join(build.folder, 'index.html'), 1, 1);
  await precompressFolder(build.folder);
  expect(copies()).toEqual(first);
});
