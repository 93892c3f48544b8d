import { type DatabasePoolConnection, sql } from 'slonik';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { countLabels } from '../testing/count-labels.ts';
import { onPath, startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { DatabaseRefused, DatabaseUnavailable } from './database-errors.ts';
import { type Database, openDatabase } from './open-database.ts';

/** Too long for a host name, so that the test asks no resolver. */
const unknownHost = 'a'.repeat(64);

/** Long enough for a busy machine. */
const patiently = { timeout: 45_000, interval: 50 };

const opened: Database[] = [];
afterEach(async () => {
  for (const db of opened.splice(0)) await db.close();
});

/** Opens the database and collects its reports. */
async function open(url: string) {
  const reports: (string | null)[] = [];
  const db = await openDatabase({
    url,
    dataDir: '',
    report: trouble => reports.push(trouble && `${trouble.reason} ${trouble.detail}`),
  });
  opened.push(db);
  return { db, reports };
}

/** Runs fifty verbs, each of which must fail with `words`. */
async function fiftyVerbs(db: Database, words: RegExp) {
  for (let verb = 0; verb < 50; verb++) {
    const answer = await countLabels(db).catch((error: unknown) => error);
    expect(answer).toBeInstanceOf(DatabaseUnavailable);
    expect(String(answer)).toMatch(words);
  }
}

const isEncrypted = (connection: DatabasePoolConnection) =>
  connection.oneFirst(sql.type(z.object({ ssl: z.boolean() }))`
    SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`);

const works = (db: Database) => vi.waitFor(async () => expect(await db.trouble()).toBeNull(), patiently);

/** The reasons, grouped by outage; null ends one. */
function outagesOf(reports: readonly (string | null)[]): string[][] {
  const outages: string[][] = [[]];
  for (const report of reports) {
    if (report === null) outages.push([]);
    else outages.at(-1)?.push(report);
  }
  return outages;
}

/** The message of a failed opening, which must contain no secret. */
async function refusal(url: string): Promise<string> {
  const error = await open(url).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(DatabaseRefused);
  expect(String(error)).not.toMatch(/hunter2/);
  return String(error);
}

describe('settings that waiting may heal do not end the process, and the reason is reported once', () => {
  test.each([
    ['an unknown host', `postgresql://ada:hunter2@${unknownHost}/ink`, /host of the database is not known/],
    [
      'a port without a listener',
      'postgresql://ada:hunter2@127.0.0.1:9/ink',
      /Nothing answers at the address/,
    ],
    ['a folder without a socket', 'postgresql://ada:hunter2@%2Fnowhere/ink', /no socket/],
  ])('%s', async (_, url, words) => {
    const { db, reports } = await open(url);
    await vi.waitFor(async () => expect((await db.trouble())?.reason).toMatch(words), patiently);
    await fiftyVerbs(db, words);
    expect(await db.trouble()).toMatchObject({ reason: expect.stringMatching(words), passing: true });
    expect(reports.filter(report => report?.match(words))).toHaveLength(1);
    expect(reports.join()).not.toMatch(/hunter2/);
  });

  test('every change of the reason and its end is reported', async () => {
    const server = await startPostgres();
    try {
      const url = await server.createDatabase('changing');
      await server.stop();
      const { db, reports } = await open(url);
      await vi.waitFor(() => expect(reports.join()).toMatch(/Nothing answers/), patiently);
      await server.start();
      await works(db);
      // The server refuses new connections, like a firewall, and the open ones end.
      await server.query(`ALTER DATABASE changing WITH ALLOW_CONNECTIONS false`);
      await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'changing'`);
      await vi.waitFor(async () => {
        await expect(countLabels(db)).rejects.toBeInstanceOf(DatabaseUnavailable);
        expect(reports.join()).toMatch(/not currently accepting connections/);
      }, patiently);
      await server.query(`ALTER DATABASE changing WITH ALLOW_CONNECTIONS true`);
      await vi.waitFor(async () => {
        await countLabels(db).catch(() => {});
        expect(reports.at(-1)).toBeNull();
      }, patiently);
      for (const outage of outagesOf(reports)) expect(new Set(outage).size).toBe(outage.length);
    } finally {
      await server.remove();
    }
  });
});

describe('passwords', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres({ passwords: true });
    await server.createDatabase('ink');
    await server.query(`CREATE ROLE ada LOGIN PASSWORD 'hunter2'`);
    await server.query('ALTER DATABASE ink OWNER TO ada');
  });
  afterAll(() => server.remove());
  const address = (password: string) => `postgresql://ada${password}@127.0.0.1:${server.port}/ink`;

  test('fails the start with a clear message if it is missing or wrong', async () => {
    expect(await refusal(address(':hunter22'))).toMatch(
      /refuses the password: check DB_USER and DB_PASSWORD/,
    );
    expect(await refusal(address(''))).toMatch(/wants a password: set DB_PASSWORD/);
  });

  test('that changes at run time is reported once, and the process continues', async () => {
    const { db, reports } = await open(address(':hunter2'));
    await works(db);
    await server.query(`ALTER ROLE ada PASSWORD 'another'`);
    await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ink'`);
    await vi.waitFor(async () => expect(await db.trouble()).toMatchObject({ passing: false }), patiently);
    // A verb may still use an older connection and find it dead.
    await fiftyVerbs(db, /refuses the password|ended the connection|starts or stops/);
    expect(reports.filter(report => report?.includes('password'))).toHaveLength(1);
    await server.query(`ALTER ROLE ada PASSWORD 'hunter2'`);
    await works(db);
    await vi.waitFor(async () => {
      await countLabels(db);
      expect(reports.at(-1)).toBeNull();
    }, patiently);
  });

  test('a user who may not create tables is reported', async () => {
    await server.query(`CREATE ROLE eve LOGIN PASSWORD 'hunter2'`);
    expect(await refusal(address(':hunter2').replace('ada', 'eve'))).toMatch(/lacks a right/);
  });

  test('a missing database is reported', async () => {
    expect(await refusal(address(':hunter2').replace('/ink', '/inc'))).toMatch(/no database of this name/);
  });
});

const openssl = onPath('openssl') !== null;
describe.skipIf(!openssl)(`TLS${openssl ? '' : ' (skipped: openssl is not installed)'}`, () => {
  let server: TestPostgres;
  let root: string;
  beforeAll(async () => {
    server = await startPostgres({ tls: true });
    await server.createDatabase('ink');
    root = `sslrootcert=${server.folder}/ca.pem`;
  });
  afterAll(() => server.remove());
  const address = (query: string, host = 'localhost') =>
    `postgresql://postgres@${host}:${server.port}/ink?${query}`;

  test.each([
    ['sslmode=require', ''],
    ['sslmode=prefer', ''],
    ['sslmode=verify-full', 'root'],
    ['', 'root'],
    ['sslmode=verify-ca', 'root'],
  ])('%s %s: the connection is encrypted', async (mode, file) => {
    const { db } = await open(address([mode, file && root].filter(Boolean).join('&')));
    expect(await db.run(isEncrypted)).toBe(true);
  });

  test('an unknown certificate authority fails the start with a clear message', async () => {
    expect(await refusal(address('sslmode=verify-full'))).toMatch(/name the file .* in DB_SSLROOTCERT/);
  });

  test('verify-full checks the host of the certificate; verify-ca and require with a root do not', async () => {
    expect(await refusal(address(`sslmode=verify-full&${root}`, '127.0.0.1'))).toMatch(/for another host/);
    await open(address(`sslmode=verify-ca&${root}`, '127.0.0.1'));
    await open(address(`sslmode=require&${root}`, '127.0.0.1'));
  });

  test('a missing root certificate file fails the start with a clear message', async () => {
    expect(await refusal(address('sslrootcert=/nowhere/ca.pem'))).toMatch(
      /file of certificates .* cannot be read.*ca\.pem/,
    );
  });
});

describe('a server without TLS', () => {
  let server: TestPostgres;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase('ink');
  });
  afterAll(() => server.remove());

  test('is refused where TLS is required', async () => {
    expect(await refusal(`${url}?sslmode=require`)).toMatch(/has no TLS: change DB_SSLMODE/);
  });

  test('works through a socket, with its folder as the host', async () => {
    const folder = encodeURIComponent(server.folder);
    const { db } = await open(`postgresql://postgres@${folder}:${server.port}/ink`);
    expect(await countLabels(db)).toBe(0);
  });

  test('works unencrypted where TLS is preferred', async () => {
    const { db } = await open(`${url}?sslmode=prefer`);
    await Promise.all(Array.from({ length: 9 }, () => countLabels(db)));
    expect(await db.run(isEncrypted)).toBe(false);
  });
});
