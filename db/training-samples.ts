import { setTimeout as wait } from 'node:timers/promises';
import { type DatabasePoolConnection, type FragmentSqlToken, sql } from 'slonik';
import { z } from 'zod';
import { bytesSchema } from './columns.ts';
import type { Database } from './connection/open-database.ts';
import { assignHoldOut, isHeldOut, isLabelled, isSetAside, isTrainable } from './held-out-authors.ts';
import { holdJob, type JobRun } from './jobs.ts';
import { updateInOrder } from './lock-order.ts';
import { inRoom } from './rooms.ts';
import { bigInk } from './sample-queries.ts';

const trainingSampleSchema = z.object({
  id: z.int(),
  drawing: z.string(),
  author: z.string(),
  strokes: z.array(z.array(z.number())),
  raster: bytesSchema,
  /** The label. */
  digit: z.int(),
  /** The predicted digit. */
  guess: z.int().nullable(),
  /** A host or an admin believes the label, whatever witnesses read. */
  accepted: z.boolean(),
});
export type TrainingSample = z.infer<typeof trainingSampleSchema>;

export interface Claim {
  /** Untrained samples, newest label first. They count as trained only when the job's version is promoted. */
  samples: readonly TrainingSample[];
  /** Trained samples, corrections first: replayed so that the model does not forget them. */
  replayed: readonly TrainingSample[];
  /** Number of labels left out because their authors are held out. */
  heldOut: number;
  /** Number of labels left out because they are set aside. */
  setAside: number;
}

export interface SampleLimits {
  limit: number;
  /** Limit per author, so that no author dominates the training. */
  perAuthor?: number;
}

export interface ClaimLimits extends SampleLimits {
  /** Limit of replayed samples. */
  maxReplayed: number;
}

/**
 * Claims samples for a running job: the requested ones, trained or not and without a limit per author, or else the
 * untrained ones. Each claim replaces the job's earlier one. 'lost': the job no longer belongs to this runner.
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
      // No other job of the room runs, so any other claim there is left over from an ended job.
      await transaction.query(
        sql.unsafe`${updateInOrder({
          set: sql.fragment`claimed_by = NULL`,
          where: sql.fragment`claimed_by = ${job.id}::uuid`,
        })}`,
      );
      const there = inRoom(held.room);
      const asked = held.samples
        ? sql.fragment`id = ANY(${sql.array(held.samples, 'int8')})`
        : sql.fragment`feedback_processed IS NOT TRUE`;
      const wanted = sql.fragment`${isTrainable} AND ${there} AND ${asked}`;
      // A row locked by another verb is left to the next job instead of waiting.
      const samples = await transaction.any(sql.type(trainingSampleSchema)`
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
        SELECT ${trainingSampleColumns} FROM claimed ORDER BY ${newestFirst}`);
      const replayed = await readTrainingSamples(transaction, {
        where: sql.fragment`${isTrainable} AND ${there} AND feedback_processed AND NOT ${isHeldOut}
          AND claimed_by IS DISTINCT FROM ${job.id}::uuid`,
        // The order differs between jobs and is the same for every attempt at one.
        order: sql.fragment`${isCorrection} DESC, md5(id::text || ${job.id}::text)`,
        limit: maxReplayed,
        perAuthor,
      });
      const heldOut = await transaction.oneFirst(sql.type(z.object({ count: z.int() }))`
        SELECT count(*)::int AS count FROM predictions WHERE ${wanted} AND ${isHeldOut}`);
      const setAside = await transaction.oneFirst(sql.type(z.object({ count: z.int() }))`
        SELECT count(*)::int AS count FROM predictions
        WHERE ${isLabelled} AND ${isSetAside} AND ${there} AND ${asked}`);
      return { samples, replayed, heldOut, setAside };
    }),
  );
}

/** The samples that a new job of a room would claim now, without claiming them: for training outside this server. */
export async function readOpenSamples(
  db: Database,
  { room, limit, perAuthor = limit, maxReplayed }: ClaimLimits & { room: string },
): Promise<Pick<Claim, 'samples' | 'replayed'>> {
  return db.run(connection =>
    connection.transaction(async transaction => {
      await assignHoldOut(transaction);
      const usable = sql.fragment`${isTrainable} AND ${inRoom(room)} AND NOT ${isHeldOut}`;
      const samples = await readTrainingSamples(transaction, {
        where: sql.fragment`${usable} AND feedback_processed IS NOT TRUE`,
        limit,
        perAuthor,
      });
      const replayed = await readTrainingSamples(transaction, {
        where: sql.fragment`${usable} AND feedback_processed`,
        order: sql.fragment`${isCorrection} DESC, labelled_at DESC, id DESC`,
        limit: maxReplayed,
        perAuthor,
      });
      return { samples, replayed };
    }),
  );
}

/** Labels of a room's held-out authors, newest first. */
export async function readHeldOutSamples(
  db: Database,
  { room, limit, perAuthor = limit }: SampleLimits & { room: string },
): Promise<readonly TrainingSample[]> {
  const where = sql.fragment`${isTrainable} AND ${inRoom(room)} AND ${isHeldOut}`;
  return db.run(connection => readTrainingSamples(connection, { where, limit, perAuthor }));
}

/** A room's trained corrections, newest first: its later versions must still know them. */
export async function readCorrections(
  db: Database,
  { room, limit, perAuthor = limit }: SampleLimits & { room: string },
): Promise<readonly TrainingSample[]> {
  const where = sql.fragment`${isTrainable} AND ${inRoom(room)} AND feedback_processed AND ${isCorrection}`;
  return db.run(connection => readTrainingSamples(connection, { where, limit, perAuthor }));
}

const trainingSampleColumns = sql.fragment`
  id, drawing, author, strokes, raster, true_label AS digit, predicted_digit AS guess,
  accepted IS TRUE AS accepted`;
const newestFirst = sql.fragment`labelled_at DESC, id DESC`;
const isCorrection = sql.fragment`(predicted_digit IS NOT NULL AND true_label <> predicted_digit)`;

interface Choice {
  where: FragmentSqlToken;
  order?: FragmentSqlToken;
  limit: number;
  perAuthor: number;
}

async function readTrainingSamples(
  connection: Pick<DatabasePoolConnection, 'any'>,
  choice: Choice,
): Promise<readonly TrainingSample[]> {
  const chosen = await connection.any(sql.type(chosenSchema)`
    SELECT id, coalesce(pg_column_size(strokes), 0) AS bytes FROM predictions
    WHERE id IN (${idsOf(choice)})
    ORDER BY ${choice.order ?? newestFirst}`);
  const samples = new Map<number, TrainingSample>();
  for (const ids of portionsOf(chosen)) {
    // The embedded database shares this process with live drawings, which pass it several times before they are answered.
    await wait(restMs);
    const rows = await connection.any(sql.type(trainingSampleSchema)`
      SELECT ${trainingSampleColumns} FROM predictions WHERE id = ANY(${sql.array(ids, 'int8')})`);
    for (const row of rows) samples.set(row.id, row);
  }
  return chosen.flatMap(({ id }) => samples.get(id) ?? []);
}

const chosenSchema = z.object({ id: z.int(), bytes: z.int() });
/** Limits of one read: rows, and stored bytes of ink. */
const portion = { rows: 50, bytes: 65_536 };
const restMs = 10; // before each read

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

/** The first `limit` rows in `order`, at most `perAuthor` of each author. */
function idsOf({ where, order = newestFirst, limit, perAuthor }: Choice): FragmentSqlToken {
  return sql.fragment`
    SELECT id FROM (
      SELECT id, labelled_at, true_label, predicted_digit,
        row_number() OVER (PARTITION BY author ORDER BY ${order}) AS nth
      FROM predictions WHERE ${where}
    ) AS ranked
    WHERE nth <= ${perAuthor} ORDER BY ${order} LIMIT ${limit}`;
}
