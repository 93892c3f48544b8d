import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applySchema } from './connection/apply-schema.ts';
import type { Database } from './connection/open-database.ts';
import { importSamples, type PortableSample } from './export.ts';
import type { Job } from './jobs.ts';
import { addCandidate, ensureBase } from './models.ts';
import { type LabelRow, recordLabel, recordPredictions } from './predictions.ts';
import { promoteModel } from './promotion.ts';
import { house } from './rooms.ts';
import { empty, execute, label, startedJob, useDatabases } from './testing/databases.ts';
import { claimSamples, readOpenSamples } from './training-samples.ts';

/** Two verbs that write the same rows at once lock them in one order, so neither waits for ever. */

const databases = useDatabases();
let db: Database;
/** Two extra connections: `holder` locks a row, the other one lists the waiting verbs. */
let holder: pg.Client;
let watcher: pg.Client;
beforeAll(async () => {
  const url = await databases.server().createDatabase('locks');
  db = await databases.openAt(url);
  holder = new pg.Client({ connectionString: url });
  watcher = new pg.Client({ connectionString: url });
  await Promise.all([holder.connect(), watcher.connect()]);
}, 600_000);
afterAll(async () => {
  await Promise.all([holder.end(), watcher.end()]);
  await db.close();
});

const weights = new Uint8Array(1);
/** Ids descend while positions in the table ascend: a verb that locks rows in table order runs against the id order. */
const rows: LabelRow[] = Array.from({ length: 9 }, randomUUID)
  .toSorted()
  .reverse()
  .map((drawing, digit) => label(digit, { drawing }));
const middle = rows[4]!.drawing;
let job: Job;

beforeEach(async () => {
  await empty(db);
  for (const row of rows) await recordLabel(db, row);
  await ensureBase(db, { version: 'base', card: { version: 'base' }, weights });
  await addCandidate(db, {
    room: house,
    version: 'taught',
    card: { version: 'taught' },
    weights,
    parent: 'base',
    source: 'server',
  });
  job = await startedJob(db);
  await execute(db, `UPDATE predictions SET claimed_by = '${job.id}'`);
});

const portable = (list: readonly LabelRow[]): PortableSample[] =>
  list.map(({ digit, raster, at, strokes, probabilities, author: _, ...row }) => ({
    ...row,
    strokes: strokes.map(stroke => [...stroke]),
    probabilities: probabilities && [...probabilities],
    raster: Buffer.from(raster).toString('base64'),
    label: digit,
    author: 'p-0123456789ab',
    at: at.toISOString(),
  }));

/** Every verb that writes more than one row of `predictions`. */
const verbs: Record<string, () => Promise<unknown>> = {
  'a batch': () => recordPredictions(db, rows),
  'the batch backwards': () => recordPredictions(db, rows.toReversed()),
  'an import': () => importSamples(db, portable(rows)),
  'a claim': () => claimSamples(db, { job, limit: 99, maxReplayed: 0 }),
  'a promotion': () =>
    promoteModel(db, {
      room: house,
      version: 'taught',
      expectedChampion: 'base',
      by: 'gate',
      reason: '',
      job,
    }),
  'an export': () => readOpenSamples(db, { room: 'lobby', limit: 99, maxReplayed: 9 }),
  'a node start': () => db.run(applySchema),
};
const pairs = Object.keys(verbs).flatMap(first => Object.keys(verbs).map(second => [first, second] as const));

/** Resolves with the number of waiting connections once the verb has ended or `count` connections wait for locks. */
async function endedOrWaiting(verb: Promise<unknown>, count: number): Promise<number> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  verb.then(end, end);
  while (!ended && (await waiting()) < count) await delay(5);
  return waiting();
}

async function waiting(): Promise<number> {
  const found = await watcher.query(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return found.rows[0].count;
}

describe('no two verbs deadlock', () => {
  test.each(pairs)('%s beside %s', async (first, second) => {
    await databases.refusals();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM predictions WHERE drawing = $1 FOR UPDATE', [middle]);
    const one = verbs[first]!();
    const held = await endedOrWaiting(one, 1);
    const other = verbs[second]!();
    await endedOrWaiting(other, held + 1);
    await holder.query('COMMIT');
    await Promise.all([one, other]);
    expect(await databases.refusals()).toEqual([]);
  });
});
