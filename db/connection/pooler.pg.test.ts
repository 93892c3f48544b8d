import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { exportSamples, importSamples } from '../export.ts';
import { addCandidate, ensureBase, readChampion } from '../models.ts';
import { recordLabel, recordPredictions } from '../predictions.ts';
import { promoteModel } from '../promotion.ts';
import { house } from '../rooms.ts';
import { countLabels } from '../testing/count-labels.ts';
import { claimed, label, prediction, startedJob } from '../testing/databases.ts';
import { pgbouncer, startPgbouncer, startStrictProxy, type TestPooler } from '../testing/pooler.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { readOpenSamples } from '../training-samples.ts';
import { type Database, openDatabase } from './open-database.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

/** Resolves once the pooler answers, which takes a moment after its start. */
async function open(url: string): Promise<Database> {
  const db = await openDatabase({ url, dataDir: '' });
  await vi.waitFor(async () => expect(await db.trouble()).toBeNull(), { timeout: 60_000, interval: 50 });
  return db;
}

/** The database work of a class, spread over several nodes at once. */
async function useAll(nodes: readonly Database[]) {
  const [db] = nodes;
  if (db === undefined) throw new Error('no node');
  const rows = Array.from({ length: 40 }, (_, index) => label(index % 10, { author: `author-${index % 3}` }));
  const weights = new Uint8Array(1);
  await Promise.all(
    nodes.flatMap((node, index) => [
      ensureBase(node, { version: 'base', card: { version: 'base' }, weights }),
      recordPredictions(node, [prediction(), prediction()]),
      readOpenSamples(node, { room: 'lobby', limit: 9, maxReplayed: 9 }),
      ...rows.filter((_, place) => place % nodes.length === index).map(row => recordLabel(node, row)),
    ]),
  );
  expect(await countLabels(db)).toBe(40);
  await addCandidate(db, {
    room: house,
    version: 'one',
    card: { version: 'one' },
    weights,
    parent: 'base',
    source: 'server',
  });
  const job = await startedJob(db);
  expect((await claimed(db, job)).samples).toHaveLength(40);
  const promotion = { version: 'one', expectedChampion: 'base', by: 'gate', reason: '', job };
  // All at once: the lock of the aliases lets one promotion through; the others find it done.
  const answers = await Promise.all(nodes.map(node => promoteModel(node, { room: house, ...promotion })));
  expect(new Set(answers)).toEqual(new Set(['promoted']));
  expect(await readChampion(db, house)).toEqual({ version: 'one' });
  const { samples } = await exportSamples(db, { limit: 100 });
  expect(samples).toHaveLength(40 + 2 * nodes.length);
  const copies = samples.map(row => ({ ...row, drawing: randomUUID() }));
  await Promise.all(nodes.map(node => importSamples(node, copies)));
  expect(await countLabels(db)).toBe(80);
}

describe('a proxy that refuses startup parameters unknown to pgbouncer', () => {
  let proxy: TestPooler;
  beforeAll(async () => {
    proxy = await startStrictProxy(server.port);
  });
  afterAll(() => proxy.close());

  test('accepts connections without session limits', async () => {
    await server.createDatabase('strict');
    const db = await open(proxy.address('strict'));
    await useAll([db]);
    await db.close();
    expect(Object.keys(proxy.startups[0] ?? {})).toContain('statement_timeout');
    const strict = proxy.startups.filter(startup => 'statement_timeout' in startup);
    expect(strict.length).toBeLessThan(proxy.startups.length);
    expect(Object.keys(proxy.startups.at(-1) ?? {}).toSorted()).toEqual([
      'application_name',
      'client_encoding',
      'database',
      'user',
    ]);
  });

  test('fails the start with a clear message on an unknown parameter of the address', async () => {
    const url = `${proxy.address('strict')}?options=-c%20search_path%3Dink`;
    await expect(openDatabase({ url, dataDir: '' })).rejects.toThrow(
      /refuses a parameter: leave options out .*unsupported startup parameter: options/,
    );
  });
});

const why = pgbouncer === null ? ' (skipped: pgbouncer is not installed)' : '';
describe.skipIf(pgbouncer === null)(`pgbouncer in transaction mode${why}`, () => {
  test('three nodes share two connections of the server', async () => {
    await server.createDatabase('pooled');
    const pooler = await startPgbouncer(server.port);
    const nodes: Database[] = [];
    try {
      for (let node = 0; node < 3; node++) nodes.push(await open(pooler.address('pooled')));
      await useAll(nodes);
    } finally {
      for (const node of nodes) await node.close();
      await pooler.close();
    }
  });
});

test('no verb relies on session state', () => {
  const files = globSync('db/**/*.ts').filter(file => !/test/.test(file));
  expect(files.length).toBeGreaterThan(20);
  const kept = /`\s*(SET (?!LOCAL)|LISTEN|PREPARE|DECLARE|CREATE TEMP)|pg_(try_)?advisory_(lock|unlock)/;
  expect(files.filter(file => kept.test(readFileSync(file, 'utf8')))).toEqual([]);
});
