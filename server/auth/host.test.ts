import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { createHostCheck, createOwnNames, type HostParts } from './host.ts';

const own = ['inkling', 'inkling.fritz.box'];
function checkOf(parts: Partial<HostParts> = {}) {
  const lines: string[] = [];
  const log = pino({}, { write: line => lines.push(line) });
  const check = createHostCheck({ trustProxy: 0, ownNames: async () => own, log, ...parts });
  return { check: (headers: Record<string, string>) => check({ headers }), lines };
}

describe('a request is accepted for', () => {
  test.each([
    'localhost:8501',
    '127.0.0.1:8501',
    'pad.localhost:8501',
    '[::1]:8501',
    '192.168.1.20:8501',
    '203.0.113.7',
    '[2001:db8::7]:8501',
    'raspberrypi:8501',
    'LAPTOP-7F3:8501',
    'app:8501',
    'Annas-MacBook.local:8501',
    'inkling.local.',
    'inkling.default.svc.cluster.local',
    'inkling.lan',
    'inkling.home.arpa',
    'inkling.fritz.box:8501',
    'INKLING.fritz.box',
  ])('%s', async host => {
    expect(await checkOf().check({ host })).toBe(true);
  });

  test('the name in PUBLIC_ORIGIN', async () => {
    const { check } = checkOf({ publicOrigin: 'https://ink.example.com' });
    expect(await check({ host: 'ink.example.com' })).toBe(true);
    expect(await check({ host: 'evil.example.com' })).toBe(false);
  });

  test('any name behind a trusted proxy', async () => {
    expect(await checkOf({ trustProxy: 1 }).check({ host: 'ink.example.com' })).toBe(true);
  });

  test('any name by https, through a tunnel that sets no header: the browser reports it', async () => {
    const host = 'abc.ngrok-free.app';
    const { check } = checkOf();
    expect(await check({ host, 'sec-fetch-site': 'none' })).toBe(true);
    expect(await check({ host, origin: `https://${host}` })).toBe(true);
  });

  test('no name at all, as a program of HTTP 1.0 sends it', async () => {
    expect(await checkOf().check({})).toBe(true);
  });
});

describe('a page whose own name points at this machine is refused', () => {
  test.each<Record<string, string>>([
    { host: 'evil.com:8501' },
    { host: 'evil.com:8501', origin: 'http://evil.com:8501' },
    { host: 'evil.com.:8501' },
    { host: 'inkling.evil.com' },
    { host: 'inkling.fritz.box.evil.com' },
    { host: '192.168.1.20.evil.com' },
    { host: 'local.evil.com' },
    { host: 'evil.com', origin: 'https://other.com' },
    { host: 'evil.com', 'x-forwarded-host': 'localhost', forwarded: 'host=localhost' },
    { host: 'evil.com', 'x-forwarded-proto': 'https', authorization: 'Bearer x' },
    { host: 'user@localhost@evil.com' },
    { host: 'a b' },
  ])('[S3] %j', async headers => {
    expect(await checkOf().check(headers)).toBe(false);
  });

  test('the log names each name once, with the setting', async () => {
    const { check, lines } = checkOf();
    for (let i = 0; i < 3; i++) await check({ host: 'evil.com:8501' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('set PUBLIC_ORIGIN=http://evil.com:8501');
    for (let i = 0; i < 200; i++) await check({ host: `evil${i}.com` });
    expect(lines).toHaveLength(50);
  });
});

test('the names of the machine are those of its network’s DNS, resolved once a minute', async () => {
  let nowMs = 0;
  const asked: string[] = [];
  const names = createOwnNames({
    hostname: 'Inkling',
    addresses: () => ['192.168.178.20', '10.0.0.7'],
    async reverse(address) {
      asked.push(address);
      if (address === '10.0.0.7') throw new Error('ENOTFOUND');
      return ['inkling.Fritz.box.'];
    },
    now: () => nowMs,
  });
  expect(await names()).toEqual(['inkling', 'inkling.fritz.box']);
  await names();
  expect(asked).toHaveLength(2);
  nowMs = 60_001;
  await names();
  expect(asked).toHaveLength(4);
});
