import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { DatabaseRefused } from './database-errors.ts';
import { tables } from './foreign-tables.ts';
import { openDatabase } from './open-database.ts';

let server: TestPostgres;
let made = 0;
beforeAll(async () => {
  server = await startPostgres();
}, 600_000);
afterAll(() => server.remove());

/** Runs SQL, and resolves to its rows as text. */
async function run(url: string, statement: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query({ text: statement, rowMode: 'array' });
  await client.end();
  return rows.map(row => row.join(' '));
}

const columnsOf = (url: string) =>
  run(
    url,
    `SELECT table_name, column_name, data_type FROM information_schema.columns
     WHERE table_schema = 'public' ORDER BY table_name, column_name`,
  );

describe('another application’s table fails the start with a clear message and stays unchanged', () => {
  test.each([
    ['models', 'CREATE TABLE models (id SERIAL PRIMARY KEY, name TEXT)', 'it has no column "version"'],
    [
      'jobs',
      'CREATE TABLE jobs (id BIGSERIAL PRIMARY KEY, queue TEXT, payload JSONB)',
      'it has no column "state"',
    ],
    ['authors', 'CREATE TABLE authors (id INT, author TEXT)', 'it has no column "held_out"'],
    ['aliases', 'CREATE TABLE aliases (name TEXT, target TEXT)', 'it has no column "version"'],
    ['aliases', 'CREATE VIEW aliases AS SELECT 1 AS name, 2 AS version', 'it is not a plain table'],
    ['promotions', 'CREATE TABLE promotions (code TEXT, percent INT)', 'it has no column "id"'],
    [
      'predictions',
      'CREATE TABLE predictions (id SERIAL, weather TEXT)',
      'it has no column "predicted_digit"',
    ],
    [
      'predictions',
      'CREATE TABLE predictions (id UUID PRIMARY KEY, predicted_digit INT, true_label INT)',
      'its column "id" is of type uuid',
    ],
    [
      'predictions',
      'CREATE TABLE predictions (id BIGINT PRIMARY KEY, predicted_digit INT, true_label INT)',
      'its column "id" has no default',
    ],
    [
      'predictions',
      'CREATE TABLE predictions (id SERIAL PRIMARY KEY, predicted_digit TEXT, true_label TEXT)',
      'its column "predicted_digit" is of type text',
    ],
  ])('%s: %s', async (table, statement, why) => {
    const url = await server.createDatabase(`shared_${++made}`);
    await run(url, statement);
    const before = await columnsOf(url);
    const error = await openDatabase({ url, dataDir: '' }).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(DatabaseRefused);
    expect(String(error)).toContain(
      `a table "${table}" that is not Inkling's: give Inkling a database of its own`,
    );
    expect(String(error)).toContain(why);
    expect(await columnsOf(url)).toEqual(before);
  });
});

test('`tables` lists every table and column of init.sql', async () => {
  const url = await server.createDatabase('own');
  const open = async () => (await openDatabase({ url, dataDir: '' })).close();
  await open();
  const known = Object.entries(tables).flatMap(([table, { columns }]) =>
    Object.keys(columns).map(column => `${table} ${column}`),
  );
  const made = (await columnsOf(url)).map(row => row.split(' ').slice(0, 2).join(' '));
  expect(made.toSorted()).toEqual(known.toSorted());
  await open();
});
