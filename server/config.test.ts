import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../db/connection/server-address.ts';
import { describeConfig, parseConfig, SettingError } from './config.ts';

test('without settings everything has a default', () => {
  expect(parseConfig({})).toMatchObject({ port: 8501, dataDir: 'data', engine: 'auto', trustProxy: 0 });
  expect(parseConfig({}).databaseUrl).toBeUndefined();
});

test('a lesson takes all of its steps, or the share that is set', () => {
  expect(parseConfig({}).teachStepsShare).toBe(1);
  const config = parseConfig({ TEACH_STEPS: '40' });
  expect(config.teachStepsShare).toBe(0.4);
  expect(describeConfig(config)).toContain('TEACH_STEPS 40');
  expect(() => parseConfig({ TEACH_STEPS: '0' })).toThrow('a whole number of percent from 5 to 100');
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

test.each(['deploy/README.md', '.env.example'])('%s names every setting', file => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const names = Array.from(read('./config.ts').matchAll(/^ {2}([A-Z_]+): /gm), ([, name]) => name!);
  expect(names.length).toBeGreaterThan(20);
  const text = read(`../${file}`);
  // Kubernetes sets KUBERNETES_SERVICE_HOST by itself.
  const missing = names.filter(name => !new RegExp(`(^|\`|# )${name}(\`|=)`, 'm').test(text));
  expect(missing).toEqual(['KUBERNETES_SERVICE_HOST']);
});

describe('DB_HOST', () => {
  test.each([
    ['::1', 'postgresql://inkling:@[::1]:5432/inkling'],
    ['[::1]', 'postgresql://inkling:@[::1]:5432/inkling'],
    ['127.0.0.1', 'postgresql://inkling:@127.0.0.1:5432/inkling'],
    ['db_1.example.org', 'postgresql://inkling:@db_1.example.org:5432/inkling'],
    ['/var/run/postgresql', 'postgresql://inkling:@%2Fvar%2Frun%2Fpostgresql:5432/inkling'],
  ])('may be %s', (host, address) => {
    const config = parseConfig({ DB_HOST: host });
    expect(config.databaseUrl).toBe(address);
    expect(parseAddress(address)).toMatchObject({ host: host.replace(/[[\]]/g, ''), port: 5432 });
    expect(describeConfig(config).join('\n')).toContain('DATABASE_URL postgresql://inkling:•••@');
  });

  test.each(['db:5433', 'a b', 'postgresql://db', 'db/ink', 'ada@db', '::1::'])('may not be %s', host => {
    expect(() => parseConfig({ DB_HOST: host })).toThrow(
      `The setting DB_HOST is "${host}"; allowed is a host name, an address or the folder of a socket; the port is DB_PORT.`,
    );
  });
});

test('drawings are kept for 30 days and labelled ones for ever, unless other days are set', () => {
  expect(parseConfig({})).toMatchObject({ retainDays: 30, retainLabelledDays: 0, privacyContact: undefined });
  const set = { RETAIN_DAYS: '1', RETAIN_LABELLED_DAYS: '365', PRIVACY_CONTACT: 'Ada Õ, ada@example.org' };
  const config = parseConfig(set);
  expect(config).toMatchObject({
    retainDays: 1,
    retainLabelledDays: 365,
    privacyContact: set.PRIVACY_CONTACT,
  });
  expect(describeConfig(config)).toContain('RETAIN_LABELLED_DAYS 365');
  expect(describeConfig(parseConfig({ RETAIN_DAYS: '0' }))).toContain('RETAIN_DAYS for ever');
});

test.each([
  ['RETAIN_DAYS', '-1'],
  ['RETAIN_DAYS', '1.5'],
  ['RETAIN_DAYS', 'never'],
  ['RETAIN_LABELLED_DAYS', '36501'],
  ['PRIVACY_CONTACT', 'ada\nadmin'],
  ['PRIVACY_CONTACT', 'a'.repeat(201)],
])('%s may not be %j', (name, value) => {
  expect(() => parseConfig({ [name]: value })).toThrow(`The setting ${name} is `);
});

test('the parts may ask for TLS', () => {
  const tls = { DB_HOST: 'db', DB_SSLMODE: 'verify-ca', DB_SSLROOTCERT: '/etc/ssl/our ca.pem' };
  expect(parseAddress(parseConfig(tls).databaseUrl ?? '')).toMatchObject({
    host: 'db',
    tls: { mode: 'verify-ca', rootCert: '/etc/ssl/our ca.pem' },
  });
  expect(() => parseConfig({ ...tls, DB_SSLROOTCERT: '' })).toThrow('The setting DB_SSLROOTCERT is "";');
  expect(() => parseConfig({ ...tls, DB_SSLMODE: 'yes' })).toThrow(
    'allowed is disable, prefer, require, verify-ca, verify-full',
  );
});

test('the error for an address that is not percent-encoded does not contain the address', () => {
  const parse = () => parseConfig({ DATABASE_URL: 'postgresql://ada:hunter#2@db:5432/ink' });
  expect(parse).toThrow(SettingError);
  expect(parse).toThrow(
    'The setting DATABASE_URL is "•••"; allowed is a postgresql:// address whose user and password are percent-encoded: write % as %25, # as %23',
  );
});

test('warns of a password that .env cuts off', () => {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-env-'));
  writeFileSync(join(folder, '.env'), 'DB_HOST=db\nDB_PASSWORD=hunter#2\n');
  const program = `import { describeConfig, readConfig } from ${JSON.stringify(import.meta.resolve('./config.ts'))};
    process.stdout.write(describeConfig(readConfig()).join('\\n'));`;
  const options = { cwd: folder, env: { PATH: process.env.PATH }, encoding: 'utf8' } as const;
  const lines = execFileSync(process.execPath, ['--input-type=module', '--eval', program], options).split(
    '\n',
  );
  expect(lines.filter(line => line.includes('.env'))).toEqual([
    'DB_PASSWORD is not read from .env as written there: outside quotes a value ends at #. Put it in single quotes.',
  ]);
  expect(lines.join()).not.toContain('hunter');
  rmSync(folder, { recursive: true });
});

test('DATABASE_URL takes precedence over its parts', () => {
  const settings = { DATABASE_URL: 'postgresql://one/a', DB_HOST: 'two' };
  expect(parseConfig(settings).databaseUrl).toBe('postgresql://one/a');
});

test('an empty setting counts as absent', () => {
  expect(parseConfig({ PORT: '', DATABASE_URL: '', ADMIN_TOKEN: '' })).toEqual(parseConfig({}));
});

describe('the error for an invalid value contains its name, the value and what is allowed', () => {
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
    ['LOBBY', 'no'],
  ])('%s=%s', (name, value) => {
    expect(() => parseConfig({ [name]: value })).toThrow(SettingError);
    expect(() => parseConfig({ [name]: value })).toThrow(`The setting ${name} is`);
  });

  test.each([
    ['PORT', 'many', 'a whole number from 0 to 65535'],
    ['ENGINE', 'torch', 'auto, tfjs-node or wasm'],
    ['DATABASE_URL', 'mysql://x', 'a postgresql:// address'],
    ['INFERENCE_PROCESSES', '0', 'a whole number from 1 to 64'],
    ['PUBLIC_ORIGIN', 'ink.example.org/wall', 'an origin such as'],
    ['ADMIN_TOKEN', 'short', '16 to 200 letters'],
  ])('%s=%s: allowed is %s', (name, value, allowed) => {
    expect(() => parseConfig({ [name]: value })).toThrow(SettingError);
    expect(() => parseConfig({ [name]: value })).toThrow(allowed);
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

test('Kubernetes is recognised by a setting that it gives every container', () => {
  expect(parseConfig({}).kubernetes).toBe(false);
  expect(parseConfig({ KUBERNETES_SERVICE_HOST: '10.96.0.1' }).kubernetes).toBe(true);
});

test('secrets are never printed, not even invalid ones', () => {
  const secret = 'hunter2hunter2hunter2';
  const config = parseConfig({ DATABASE_URL: `postgresql://u:${secret}@h/d`, ADMIN_TOKEN: secret });
  expect(describeConfig(config).join('\n')).not.toContain(secret);
  expect(() => parseConfig({ ADMIN_TOKEN: `${secret} with spaces` })).not.toThrow(secret);
  expect(() => parseConfig({ DATABASE_URL: `mysql://u:${secret}@h/d` })).not.toThrow(secret);
});
