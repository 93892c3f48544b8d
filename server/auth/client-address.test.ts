import { describe, expect, test } from 'vitest';
import { isLocalRequest, joinOrigin } from './client-address.ts';

const asked = (headers: Record<string, string>, { trustProxy = 0, localPort = 8501 } = {}) =>
  isLocalRequest({ headers, socket: { localPort } }, trustProxy);

test.each([
  'localhost:8501',
  'LOCALHOST:8501',
  'localhost.:8501',
  'inkling.localhost:8501',
  '127.0.0.1:8501',
  '127.8.8.8:8501',
  '[::1]:8501',
  '[::ffff:127.0.0.1]:8501',
  '0.0.0.0:8501',
])('a page at %s was opened on this machine', host => {
  expect(asked({ host })).toBe(true);
  expect(asked({ host: '127.0.0.1:9', origin: `http://${host}` })).toBe(true);
});

test.each([
  '192.168.1.20:8501',
  'ink.example.org',
  'localhost.example.org:8501',
  'notlocalhost:8501',
  '',
  'a b',
  '::1:8501',
])('a page at "%s" was opened elsewhere', host => {
  expect(asked({ host })).toBe(false);
});

test('a request without Host was opened elsewhere', () => {
  expect(asked({})).toBe(false);
});

test('the default port counts where the server listens on it', () => {
  expect(asked({ host: 'localhost' }, { localPort: 80 })).toBe(true);
  expect(asked({ host: 'localhost' })).toBe(false);
});

test('at another port some program forwards the port, so the page may be on another machine', () => {
  expect(asked({ host: 'localhost:9000' })).toBe(false);
  expect(asked({ host: 'localhost:8501', origin: 'https://localhost' })).toBe(false);
});

test('a proxy that asks as localhost does not make its visitors local', () => {
  const host = '127.0.0.1:8501';
  expect(asked({ host, origin: 'https://ink.example.org' })).toBe(false);
  expect(asked({ host, 'x-forwarded-host': 'ink.example.org' }, { trustProxy: 1 })).toBe(false);
});

describe('the welcome offers an address for phones', () => {
  const at = (host: string) => ({ headers: { host }, socket: { localPort: 8501 } });
  const parts = { trustProxy: 0, guessOrigins: () => ['http://192.168.1.20:8501', 'http://10.0.0.7:8501'] };

  test('is PUBLIC_ORIGIN, wherever the page was opened', () => {
    const publicOrigin = 'https://ink.example.org';
    for (const host of ['localhost:8501', 'ink'])
      expect(joinOrigin(at(host), { ...parts, publicOrigin })).toEqual({ origin: publicOrigin });
  });

  test('is the likeliest address, marked as guessed, where the page was opened at localhost', () => {
    expect(joinOrigin(at('localhost:8501'), parts)).toEqual({
      origin: 'http://192.168.1.20:8501',
      originGuessed: true,
    });
  });

  test('is absent where the page has an address of its own or a forwarded port, or no address can be guessed', () => {
    for (const host of ['192.168.7.7:8501', 'localhost:9000'])
      expect(joinOrigin(at(host), parts)).toEqual({ origin: null });
    expect(joinOrigin(at('localhost:8501'), { ...parts, guessOrigins: () => [] })).toEqual({ origin: null });
  });
});
