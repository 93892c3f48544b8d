import { setImmediate as turn } from 'node:timers/promises';
import { type DatabasePoolConnection, type FragmentSqlToken, sql } from 'slonik';
import { z } from 'zod';
import { bytesSchema } from './columns.ts';
import type { Database } from './connection/open-database.ts';
import { assignHoldOut, isHeldOut, isTrainable } from './held-out-authors.ts';
import { holdJob, type JobRun } from './jobs.ts';
import { updateInOrder } from './lock-order.ts';
import { bigInk } from './sample-queries.ts';

const lessonSchema = z.object({
  id: z.int(),
  drawing: z.string(),
  author: z.string(),
  strokes: z.array(z.array(z.number())),
  raster: bytesSchema,
  /** What it is said to be. */
  digit: z.int(),
  /** What it was taken for. */
  guess: z.int().nullable(),
});
export type TrainingSample = z.infer<typeof lessonSchema>;

export interface Claim {
  /** To be learned: they count as learned when the job's version is promoted, and only then. Newest label first. */
  samples: readonly TrainingSample[];
  /** Learned before, corrections first: to be shown again, so that they are not forgotten. */
  replayed: readonly TrainingSample[];
  /** Labels left out because their authors are held out. */
  heldOut: number;
}

export interface SampleLimits {
  limit: number;
  /** The most of one author, so that nobody teaches alone. */
  perAuthor?: number;
}

export interface ClaimLimits extends SampleLimits {
  /** How many of those learned before. */
  maxReplayed: number;
}

/**
 * Claims for a running job the samples it was asked for, whether learned before or not and whatever their number
 * of one author, or else every label not learned yet. A job claims anew each time it asks: what it held before
 * is free again. 'lost' when the job is no longer the runner's to run.
 */
export async function claimSamples(
  db: Database,
  { job, limit, perAuthor = limit, maxReplayed }: ClaimLimits & { job: JobRun },
): Promise<Claim | 'lost'> {
  return db.run(connection =>
    connection.transaction(async transaction => {
      const held = await holdJob(transaction, job);
      if (!held) return 'lost';
      await assignHoldOut(transaction);
      // Only one job runs, and it is this one: any other claim was left behind by a job that is over.
      await transaction.query(
        sql.unsafe`${updateInOrder({
          set: sql.fragment`claimed_by = NULL`,
          where: sql.fragment`claimed_by = ${job.id}::uuid`,
        })}`,
      );
      const wanted = held.samples
        ? sql.fragment`${isTrainable} AND id = ANY(${sql.array(held.samples, 'int8')})`
        : sql.fragment`${isTrainable} AND feedback_processed IS NOT TRUE`;
      // A row that somebody is changing right now is left for the next job rather than waited for.
      const samples = await transaction.any(sql.type(lessonSchema)`
        WITH free AS (
          SELECT id FROM predictions
          WHERE ${wanted} AND id IN (${idsOf({
            where: sql.fragment`${wanted} AND NOT ${isHeldOut}`,
            limit,
            perAuthor: held.samples ? limit : perAuthor,
          })})
          ORDER BY id FOR UPDATE SKIP LOCKED
        ), claimed AS (
          UPDATE predictions SET claimed_by = ${job.id}::uuid FROM free WHERE predictions.id = free.id
          RETURNING predictions.*
        )
        SELECT ${lessonColumns} FROM claimed ORDER BY ${newestFirst}`);
      const replayed = await readLessons(transaction, {
        where: sql.fragment`${isTrainable} AND feedback_processed AND NOT ${isHeldOut}
          AND claimed_by IS DISTINCT FROM ${job.id}::uuid`,
        // Other ones for every job, the same ones for every attempt at one.
        order: sql.fragment`${isCorrection} DESC, md5(id::text || ${job.id}::text)`,
        limit: maxReplayed,
        perAuthor,
      });
      const heldOut = await transaction.oneFirst(sql.type(z.object({ count: z.int() }))`
        SELECT count(*)::int AS count FROM predictions WHERE ${wanted} AND ${isHeldOut}`);
      return { samples, replayed, heldOut };
    }),
  );
}

/** What a job would be given if it asked now, without claiming it: to be handed to whoever teaches elsewhere. */
export async function readOpenSamples(
  db: Database,
  { limit, perAuthor = limit, maxReplayed }: ClaimLimits,
): Promise<Pick<Claim, 'samples' | 'replayed'>> {
  return db.run(connection =>
    connection.transaction(async transaction => {
      await assignHoldOut(transaction);
      const teaching = sql.fragment`${isTrainable} AND NOT ${isHeldOut}`;
      const samples = await readLessons(transaction, {
        where: sql.fragment`${teaching} AND feedback_processed IS NOT TRUE`,
        limit,
        perAuthor,
      });
      const replayed = await readLessons(transaction, {
        where: sql.fragment`${teaching} AND feedback_processed`,
        order: sql.fragment`${isCorrection} DESC, labelled_at DESC, id DESC`,
        limit: maxReplayed,
        perAuthor,
      });
      return { samples, replayed };
    }),
  );
}

/** Labels of authors that no model learns from, newest first. */
export async function readHeldOutSamples(
  db: Database,
  { limit, perAuthor = limit }: SampleLimits,
): Promise<readonly TrainingSample[]> {
  const where = sql.fragment`${isTrainable} AND ${isHeldOut}`;
  return db.run(connection => readLessons(connection, { where, limit, perAuthor }));
}

/** Corrections learned before, newest first: a later version has to know them still. */
export async function readCorrections(
  db: Database,
  { limit, perAuthor = limit }: SampleLimits,
): Promise<readonly TrainingSample[]> {
  const where = sql.fragment`${isTrainable} AND feedback_processed AND ${isCorrection}`;
  return db.run(connection => readLessons(connection, { where, limit, perAuthor }));
}

const lessonColumns = sql.fragment`
  id, drawing, author, strokes, raster, true_label AS digit, predicted_digit AS guess`;
const newestFirst = sql.fragment`labelled_at DESC, id DESC`;
const isCorrection = sql.fragment`(predicted_digit IS NOT NULL AND true_label <> predicted_digit)`;

interface Choice {
  where: FragmentSqlToken;
  order?: FragmentSqlToken;
  limit: number;
  perAuthor: number;
}

async function readLessons(
  connection: Pick<DatabasePoolConnection, 'any'>,
  choice: Choice,
): Promise<readonly TrainingSample[]> {
  const chosen = await connection.any(sql.type(chosenSchema)`
    SELECT id, coalesce(pg_column_size(strokes), 0) AS bytes FROM predictions
    WHERE id IN (${idsOf(choice)})
    ORDER BY ${choice.order ?? newestFirst}`);
  const samples = new Map<number, TrainingSample>();
  for (const ids of portionsOf(chosen)) {
    const rows = await connection.any(sql.type(lessonSchema)`
      SELECT ${lessonColumns} FROM predictions WHERE id = ANY(${sql.array(ids, 'int8')})`);
    for (const row of rows) samples.set(row.id, row);
    // The embedded database runs in the process that everybody's ink goes through.
    await turn();
  }
  return chosen.flatMap(({ id }) => samples.get(id) ?? []);
}

const chosenSchema = z.object({ id: z.int(), bytes: z.int() });
/** Lessons read at once, and their ink as it is stored. */
const portion = { rows: 50, bytes: 65_536 };

function portionsOf(chosen: readonly z.infer<typeof chosenSchema>[]): number[][] {
  const portions: number[][] = [];
  let last: number[] = [];
  let sum = 0;
  for (const { id, bytes } of chosen) {
    sum += bytes > bigInk.from ? portion.bytes : bytes;
    if (last.length === 0 || last.length === portion.rows || sum > portion.bytes) {
      last = [];
      portions.push(last);
      sum = bytes > bigInk.from ? portion.bytes : bytes;
    }
    last.push(id);
  }
  return portions;
}

/** The first `limit` rows in `order`, no more than `perAuthor` of each author. */
function idsOf({ where, order = newestFirst, limit, perAuthor }: Choice): FragmentSqlToken {
  return sql.fragment`
    SELECT id FROM (
      SELECT id, labelled_at, true_label, predicted_digit,
        row_number() OVER (PARTITION BY author ORDER BY ${order}) AS nth
      FROM predictions WHERE ${where}
    ) AS ranked
    WHERE nth <= ${perAuthor} ORDER BY ${order} LIMIT ${limit}`;
}
