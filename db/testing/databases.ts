import { randomUUID } from 'node:crypto';
import { sql } from 'slonik';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Database, openDatabase } from '../connection/open-database.ts';
import { type Job, type JobRun, requestJob, startJob } from '../jobs.ts';
import { type LabelRow, type PredictionRow, recordLabel } from '../predictions.ts';
import { type Claim, type ClaimLimits, claimSamples } from '../training-samples.ts';
import { openEmpty, patientMs } from './data-folder-template.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

export const kinds = ['postgres', 'pglite'] as const;
export const noon = new Date('2026-03-01T12:00:00.250Z');

export interface TestDatabases {
  /** Opens an empty database with the schema. */
  open(kind: Database['kind']): Promise<Database>;
  /** Opens the database at that address. */
  openAt(url: string): Promise<Database>;
  /**
   * The errors in PostgreSQL's log since the last call. slonik retries after a deadlock, so only the server's log
   * shows it.
   */
  refusals(): Promise<string[]>;
  /** The PostgreSQL server of this test file. */
  server(): TestPostgres;
  /** In a `describe` over both kinds: one database of that kind, which is empty before each test. */
  eachTest(kind: Database['kind'], use: (db: Database) => void): void;
}

/** Provides both databases to a test file and closes them after its tests. */
export function useDatabases(): TestDatabases {
  let running: TestPostgres | null = null;
  let made = 0;
  let readLength = 0;
  beforeAll(async () => {
    running = await startPostgres();
  }, 180_000);
  afterAll(() => running?.remove());
  const openAt = (url: string) => openDatabase({ url, dataDir: '', verbMs: patientMs });
  const open = async (kind: Database['kind']) =>
    kind === 'pglite' ? openEmpty() : openAt(await server().createDatabase(`database_${++made}`));
  const server = () => {
    if (running) return running;
    throw new Error('the server starts before the tests: call this inside a test');
  };
  return {
    server,
    refusals: async () => {
      const log = await server().log();
      const fresh = log.slice(readLength);
      readLength = log.length;
      return fresh.split('\n').filter(line => /(ERROR|FATAL|PANIC):/.test(line));
    },
    eachTest(kind, use) {
      let db: Database | undefined;
      beforeAll(async () => {
        db = await open(kind);
        use(db);
      }, 600_000);
      afterAll(() => db?.close());
      beforeEach(() => db && empty(db));
    },
    openAt,
    open,
  };
}

/** Runs SQL outside the verbs. */
export async function execute(db: Database, ...statements: string[]): Promise<void> {
  await db.run(async connection => {
    for (const text of statements)
      await connection.query(sql.unsafe(Object.assign([text], { raw: Object.freeze([text]) })));
  });
}

/** DELETE, because TRUNCATE rewrites every index and takes ten times as long. */
export const empty = (db: Database) =>
  execute(
    db,
    ...['predictions', 'authors', 'networks', 'aliases', 'promotions', 'models', 'jobs', 'rooms'].map(
      table => `DELETE FROM ${table}`,
    ),
  );

/** Stores a label and resolves to the id of its row. */
export async function sampleOf(db: Database, row: LabelRow): Promise<number> {
  const kept = await recordLabel(db, row);
  if (kept === 'not_yours') throw new Error('this drawing belongs to another author');
  return kept.sample;
}

/** A job that a node has started. */
export async function startedJob(db: Database, samples?: readonly number[], room = 'lobby'): Promise<Job> {
  const id = randomUUID();
  await requestJob(db, { room, id, askedBy: 'ada', samples });
  const job = await startJob(db, { id, node: 'a' });
  if (!job) throw new Error('another job is under way');
  return job;
}

/** Claims the samples of a job, with limits only where `limits` sets them. */
export async function claimed(db: Database, job: JobRun, limits: Partial<ClaimLimits> = {}): Promise<Claim> {
  const claim = await claimSamples(db, { job, limit: 100, maxReplayed: 0, ...limits });
  if (claim === 'lost') throw new Error('the job is not running');
  return claim;
}

export function prediction(change: Partial<PredictionRow> = {}): PredictionRow {
  return {
    drawing: randomUUID(),
    author: 'ada',
    room: 'lobby',
    strokes: [
      [10, 20, 30, 40],
      [1023, 0],
    ],
    raster: Uint8Array.from({ length: 784 }, (_, index) => index % 256),
    guess: 7,
    probabilities: [0, 0, 0, 0, 0, 0, 0.125, 0.75, 0, 0.125],
    model: 'base',
    at: noon,
    ...change,
  };
}

/** Columns that are added to a row after it is stored. */
export const untouched = { rereadDigit: null, rereadProbabilities: null, rereadModel: null, setAside: null };

export const label = (digit: number, change: Partial<PredictionRow> = {}): LabelRow => ({
  ...prediction(change),
  digit,
});
