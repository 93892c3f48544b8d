import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { createOriginCheck, ownOrigin } from './origin.ts';

type Headers = Record<string, string>;
type Case = [
  what: string,
  origin: string,
  headers: Headers,
  settings?: { trustProxy?: number; publicOrigin?: string },
];

const accepts = ([, origin, headers, settings]: Case) =>
  ownOrigin({ headers: { origin, ...headers } }, { trustProxy: 0, ...settings });
const ink = 'ink.example.org';
const behindOne = { trustProxy: 1 };

describe('a page of this server is accepted', () => {
  test.each<Case>([
    ['asked at the same host', `http://${ink}`, { host: ink }],
    ['asked at the same host and port', `http://${ink}:8501`, { host: `${ink}:8501` }],
    ['whatever the case of the host', `http://${ink}`, { host: ink.toUpperCase() }],
    ['at an IPv6 address', 'http://[::1]:8501', { host: '[::1]:8501' }],
    ['by https through a proxy that ends TLS', `https://${ink}`, { host: ink }],
    ['with port 443 in Host', `https://${ink}`, { host: `${ink}:443` }],
    ['with port 80 in Host', `http://${ink}`, { host: `${ink}:80` }],
    [
      'with port 80 in Host, named by a proxy behind one that ends TLS',
      `https://${ink}`,
      { host: `${ink}:80` },
    ],
    ['with port 443 in Origin', `https://${ink}:443`, { host: ink }],
    ['with port 80 in Origin', `http://${ink}:80`, { host: ink }],
    ['with port 443 in Host and Origin', `https://${ink}:443`, { host: `${ink}:443` }],
    [
      'at PUBLIC_ORIGIN, whatever Host is',
      `https://${ink}`,
      { host: '127.0.0.1:8501' },
      { publicOrigin: `https://${ink}` },
    ],
    ['at PUBLIC_ORIGIN without Host', `https://${ink}`, {}, { publicOrigin: `https://${ink}` }],
    ['at PUBLIC_ORIGIN with the default port', `https://${ink}:443`, {}, { publicOrigin: `https://${ink}` }],
    [
      'as the browser itself reports, whatever Host is',
      `https://${ink}`,
      { host: '127.0.0.1:8501', 'sec-fetch-site': 'same-origin' },
    ],
    ['as the browser itself reports, without Host', `https://${ink}`, { 'sec-fetch-site': 'same-origin' }],
    ['a port that the proxy dropped from Host', `https://${ink}:8443`, { host: ink }, behindOne],
    [
      'a port that the proxy dropped from both',
      `https://${ink}:8443`,
      { host: ink, 'x-forwarded-host': ink },
      behindOne,
    ],
    [
      'a port that the proxy names apart',
      `https://${ink}:8443`,
      { host: ink, 'x-forwarded-port': '8443' },
      behindOne,
    ],
    [
      'a port named apart, another in Host',
      `https://${ink}:8443`,
      { host: `${ink}:8501`, 'x-forwarded-port': '8443' },
      behindOne,
    ],
    [
      'the default port, though a proxy names its own',
      `https://${ink}`,
      { host: ink, 'x-forwarded-port': '80' },
      behindOne,
    ],
    ['by X-Forwarded-Host', `https://${ink}`, { host: '127.0.0.1:8501', 'x-forwarded-host': ink }, behindOne],
    ['by X-Forwarded-Host without Host', `https://${ink}`, { 'x-forwarded-host': ink }, behindOne],
    [
      'by X-Forwarded-Host with a port',
      `https://${ink}:8443`,
      { host: 'inkling', 'x-forwarded-host': `${ink}:8443` },
      behindOne,
    ],
    [
      'by the first of two forwarded hosts',
      `https://${ink}`,
      { host: 'b', 'x-forwarded-host': `${ink}, inner.lan` },
      { trustProxy: 2 },
    ],
    [
      'by the second of two forwarded hosts',
      `https://${ink}`,
      { host: 'b', 'x-forwarded-host': `outer.lan,${ink}` },
      { trustProxy: 2 },
    ],
    [
      'by Forwarded',
      `https://${ink}:8443`,
      { host: 'b', forwarded: `for="[2001:db8::1]:4711";host="${ink}:8443";proto=https` },
      behindOne,
    ],
    [
      'by the last Forwarded of two',
      `https://${ink}`,
      { host: 'b', forwarded: `for=192.0.2.1;Host=a, for=192.0.2.2; Host=${ink}` },
      behindOne,
    ],
    [
      'by https, as the proxy reports',
      `https://${ink}`,
      { host: ink, 'x-forwarded-proto': 'https' },
      behindOne,
    ],
    [
      'by https, though the inner proxy was asked by http',
      `https://${ink}`,
      { host: ink, 'x-forwarded-proto': 'http' },
      behindOne,
    ],
  ])('%s', (...each) => {
    expect(accepts(each)).toBe(true);
  });

  test('a client that is no browser sends no Origin', () => {
    expect(ownOrigin({ headers: { host: ink } }, { trustProxy: 0 })).toBe(true);
  });
});

describe('a page from elsewhere is refused', () => {
  const evil = 'https://evil.example';
  test.each<Case>([
    ['from another host', evil, { host: ink }],
    ['from another host, without Host', evil, {}],
    ['from another host, with an empty Host', evil, { host: '' }],
    ['from another host than PUBLIC_ORIGIN', evil, { host: ink }, { publicOrigin: `https://${ink}` }],
    ['from another host behind a proxy', evil, { host: ink, 'x-forwarded-host': ink }, behindOne],
    [
      'from another host that the browser calls the same site',
      `https://evil.${ink}`,
      { host: ink, 'sec-fetch-site': 'same-site' },
    ],
    ['from a host whose name begins the same', `https://${ink}.evil.example`, { host: ink }],
    ['from a host whose name ends the same', `https://evil${ink}`, { host: ink }],
    ['from another port', `http://${ink}:3000`, { host: `${ink}:8501` }],
    ['from another port than the default one', `http://${ink}:3000`, { host: ink }],
    ['from another port than 443', `https://${ink}:3000`, { host: `${ink}:443` }, behindOne],
    ['from the default port, not the one asked at', `http://${ink}`, { host: `${ink}:8501` }],
    [
      'from another port than Host has, X-Forwarded-Host without any',
      `https://${ink}:3000`,
      { host: `${ink}:8443`, 'x-forwarded-host': ink },
      behindOne,
    ],
    [
      'from another port than the proxy names',
      `https://${ink}:3000`,
      { host: ink, 'x-forwarded-port': '8443' },
      behindOne,
    ],
    ['named by a proxy that is not trusted', `https://${ink}`, { host: 'b', 'x-forwarded-host': ink }],
    [
      'named by the visitor before the trusted proxy',
      evil,
      { host: ink, 'x-forwarded-host': `evil.example, ${ink}` },
      behindOne,
    ],
    [
      'named by the visitor in Forwarded',
      evil,
      { host: ink, forwarded: `host=evil.example, host=${ink}` },
      behindOne,
    ],
    [
      'by plain http, where the proxy was asked by https',
      `http://${ink}`,
      { host: ink, 'x-forwarded-proto': 'https' },
      behindOne,
    ],
    ['from a sandbox or a file', 'null', { host: 'null' }],
    ['from an extension', `chrome-extension://${ink}`, { host: ink }],
    ['from no URL', ink, { host: ink }],
    ['hidden behind a user name in Host', 'http://evil.example', { host: `${ink}@evil.example` }],
    [
      'hidden behind a path in X-Forwarded-Host',
      'http://evil.example',
      { host: ink, 'x-forwarded-host': 'evil.example/x' },
      behindOne,
    ],
  ])('[S3] %s', (...each) => {
    expect(accepts(each)).toBe(false);
  });
});

describe('a refused origin is logged', () => {
  function createLogged(settings: { trustProxy?: number; publicOrigin?: string } = {}) {
    const lines: Record<string, unknown>[] = [];
    const log = pino({ base: undefined }, { write: line => lines.push(JSON.parse(line)) });
    return { lines, check: createOriginCheck({ trustProxy: 0, ...settings, log }) };
  }
  const other: Headers = { origin: 'https://ink.example.org:8443', host: '127.0.0.1:8501' };

  test('once for each pair, with both values and the setting that would accept it', () => {
    const { lines, check } = createLogged();
    for (let i = 0; i < 3; i++) expect(check({ headers: other })).toBe(false);
    check({ headers: { ...other, host: 'inkling' } });
    check({ headers: { host: ink, origin: `http://${ink}` } });
    expect(lines).toMatchObject([
      {
        level: 40,
        ...other,
        msg: expect.stringContaining('set PUBLIC_ORIGIN=https://ink.example.org:8443'),
      },
      { ...other, host: 'inkling' },
    ]);
  });

  test.each([
    [
      'a proxy that is not counted',
      {},
      { ...other, 'x-forwarded-host': 'ink.example.org:8443' },
      'set TRUST_PROXY to the number',
    ],
    ['a port that an uncounted proxy dropped', {}, { ...other, host: ink }, 'set TRUST_PROXY to the number'],
    [
      'a second address',
      { publicOrigin: 'https://ink' },
      other,
      'besides PUBLIC_ORIGIN=https://ink, let the proxy pass on the Host',
    ],
    ['a sandbox', {}, { ...other, origin: 'null' }, 'no setting accepts such an origin'],
  ])('with the remedy for %s', (_what, settings, headers, remedy) => {
    const { lines, check } = createLogged(settings);
    check({ headers });
    expect(lines[0]).toMatchObject({ msg: expect.stringContaining(remedy) });
  });

  test('fifty times at most, and shortened', () => {
    const { lines, check } = createLogged();
    for (let i = 0; i < 200; i++)
      check({ headers: { origin: `https://${i}.example`, host: 'x'.repeat(9_000) } });
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)?.msg).toBe('further refused origins are not logged');
    for (const line of lines) expect(JSON.stringify(line).length).toBeLessThan(600);
  });
});
