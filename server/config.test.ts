import { describe, expect, test } from 'vitest';
import { describeConfig, parseConfig, SettingError } from './config.ts';

test('without settings everything has a default', () => {
  expect(parseConfig({})).toMatchObject({ port: 8501, dataDir: 'data', engine: 'auto', trustProxy: 0 });
  expect(parseConfig({}).databaseUrl).toBeUndefined();
});

test('the parts of a database address make one, whatever the password holds', () => {
  const { databaseUrl } = parseConfig({
    DB_HOST: 'db',
    DB_NAME: 'digits',
    DB_USER: 'ada',
    DB_PASSWORD: 'p@ss/w:rd#1',
  });
  expect(databaseUrl).toBe('postgresql://ada:p%40ss%2Fw%3Ard%231@db:5432/digits');
});

test('a whole address wins over its parts', () => {
  const settings = { DATABASE_URL: 'postgresql://one/a', DB_HOST: 'two' };
  expect(parseConfig(settings).databaseUrl).toBe('postgresql://one/a');
});

test('an empty setting is no setting', () => {
  expect(parseConfig({ PORT: '', DATABASE_URL: '', ADMIN_TOKEN: '' })).toEqual(parseConfig({}));
});

describe('a bad value is refused with its name, itself and what is allowed', () => {
  test.each([
    ['PORT', '70000'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['ENGINE', 'cuda'],
    ['DATABASE_URL', 'localhost'],
    ['REDIS_URL', 'http://x'],
    ['TRUST_PROXY', 'yes'],
    ['PUBLIC_ORIGIN', 'https://a.b/c'],
    ['PUBLIC_ORIGIN', 'https://a.b/?c'],
    ['PUBLIC_ORIGIN', 'https://a.b#c'],
    ['PUBLIC_ORIGIN', 'https://user@a.b'],
    ['PUBLIC_ORIGIN', 'a.b'],
    ['INFERENCE_PROCESSES', '1.5'],
  ])('%s=%s', (name, value) => {
    expect(() => parseConfig({ [name]: value })).toThrow(SettingError);
    expect(() => parseConfig({ [name]: value })).toThrow(`The setting ${name} is`);
  });
});

test.each([
  ['https://ink.example.org', 'https://ink.example.org'],
  ['https://ink.example.org/', 'https://ink.example.org'],
  ['https://ink.example.org:443', 'https://ink.example.org'],
  ['http://ink.example.org:80/', 'http://ink.example.org'],
  ['HTTPS://Ink.Example.org:8443/', 'https://ink.example.org:8443'],
  ['http://[2001:DB8::1]:8501', 'http://[2001:db8::1]:8501'],
])('PUBLIC_ORIGIN=%s is the origin %s', (setting, origin) => {
  expect(parseConfig({ PUBLIC_ORIGIN: setting }).publicOrigin).toBe(origin);
});

test('a PUBLIC_ORIGIN with a path is refused with the reason', () => {
  expect(() => parseConfig({ PUBLIC_ORIGIN: 'https://example.org/inkling/' })).toThrow(
    'Inkling needs a host name or a port of its own, and cannot be served below a path',
  );
});

test('Kubernetes is known by the setting that it gives every container', () => {
  expect(parseConfig({}).kubernetes).toBe(false);
  expect(parseConfig({ KUBERNETES_SERVICE_HOST: '10.96.0.1' }).kubernetes).toBe(true);
});

test('secrets are never printed, not even bad ones', () => {
  const secret = 'hunter2hunter2hunter2';
  const config = parseConfig({ DATABASE_URL: `postgresql://u:${secret}@h/d`, ADMIN_TOKEN: secret });
  expect(describeConfig(config).join('\n')).not.toContain(secret);
  expect(() => parseConfig({ ADMIN_TOKEN: `${secret} with spaces` })).not.toThrow(secret);
  expect(() => parseConfig({ DATABASE_URL: `mysql://u:${secret}@h/d` })).not.toThrow(secret);
});
