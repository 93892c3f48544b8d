import { type FragmentSqlToken, sql } from 'slonik';
import { z } from 'zod';
import type { Database } from './connection/open-database.ts';
import { rowOrder } from './lock-order.ts';

/** A drawing somebody is done with, and what the model took it for. */
export interface PredictionRow {
  drawing: string;
  author: string;
  room: string;
  /** Flat strokes in pad units. */
  strokes: readonly (readonly number[])[];
  /** 784 bytes, what the model saw. */
  raster: Uint8Array;
  /** Null, like `probabilities` and `model`, when it was never guessed. */
  guess: number | null;
  probabilities: readonly number[] | null;
  model: string | null;
  at: Date;
}

/** A drawing and what its author says it is. */
export interface LabelRow extends PredictionRow {
  digit: number;
}

const idSchema = z.object({ id: z.int() });

/**
 * Keeps finished drawings. A label said earlier stays and is of the finished ink from now on: ink that no version has
 * seen is to be learned. Another author's drawing is left as it is.
 */
export async function recordPredictions(db: Database, rows: readonly PredictionRow[]): Promise<void> {
  if (rows.length === 0) return;
  // One statement must not touch a row twice: the newest state of a drawing is the one to keep.
  const newest = [...new Map(rows.map(row => [row.drawing, row])).values()];
  const query = sql.type(idSchema)`
    INSERT INTO predictions AS known (${drawingColumns})
    SELECT ${drawingColumns} FROM ${recordset(newest)} ORDER BY ${rowOrder}
    ON CONFLICT (drawing) DO UPDATE SET
      strokes = excluded.strokes,
      raster = excluded.raster,
      ${newerGuess},
      ${learnedWhere(sameInk)}
    WHERE known.author = excluded.author
    RETURNING id`;
  await db.run(connection => connection.any(query));
}

/**
 * Keeps a drawing with its label. Saying the same again changes nothing; the author may say otherwise, which
 * makes the label one to learn from again.
 */
export async function recordLabel(db: Database, row: LabelRow): Promise<{ sample: number } | 'not_yours'> {
  const query = sql.type(idSchema)`
    INSERT INTO predictions AS known (${drawingColumns}, true_label, labelled_at)
    SELECT ${drawingColumns}, true_label, "timestamp" FROM ${recordset([row])}
    ON CONFLICT (drawing) DO UPDATE SET
      strokes = excluded.strokes,
      raster = excluded.raster,
      ${newerGuess},
      ${labelledAgain({
        digit: sql.fragment`excluded.true_label`,
        at: sql.fragment`excluded.labelled_at`,
        same: sql.fragment`known.true_label IS NOT DISTINCT FROM excluded.true_label AND ${sameInk}`,
      })}
    WHERE known.author = excluded.author
    RETURNING id`;
  const kept = await db.run(connection => connection.maybeOne(query));
  return kept ? { sample: kept.id } : 'not_yours';
}

/** The author says what a drawing was that only the database still knows. */
export async function relabel(
  db: Database,
  { drawing, digit, author, at }: { drawing: string; digit: number; author: string; at: Date },
): Promise<{ sample: number } | 'unknown' | 'not_yours'> {
  const query = sql.type(z.object({ id: z.int(), mine: z.boolean() }))`
    WITH relabelled AS (
      UPDATE predictions AS known SET
        ${labelledAgain({ digit: sql.fragment`${digit}::int`, at: sql.fragment`${at.toISOString()}::timestamptz` })}
      WHERE drawing = ${drawing}::uuid AND author = ${author}
      RETURNING id
    )
    SELECT found.id, relabelled.id IS NOT NULL AS mine
    FROM predictions AS found LEFT JOIN relabelled USING (id)
    WHERE found.drawing = ${drawing}::uuid`;
  const found = await db.run(connection => connection.maybeOne(query));
  if (!found) return 'unknown';
  return found.mine ? { sample: found.id } : 'not_yours';
}

export const drawingColumns = sql.fragment`
  drawing, author, room, strokes, raster, predicted_digit, probabilities, model, "timestamp"`;

/** Any number of drawings as one parameter, with the columns of `drawingColumns` and `true_label`. */
export function recordset(rows: readonly (PredictionRow & { digit?: number | null })[]): FragmentSqlToken {
  const json = rows.map(({ raster, at, ...row }) => ({
    ...row,
    raster: Buffer.from(raster).toString('base64'),
    at: at.toISOString(),
  }));
  return sql.fragment`(
    SELECT drawing, author, room, strokes, decode(raster, 'base64') AS raster,
      guess AS predicted_digit, probabilities, model, at AS "timestamp", digit AS true_label
    FROM jsonb_to_recordset(${JSON.stringify(json)}::jsonb) AS given(
      drawing uuid, author text, room text, strokes jsonb, raster text,
      guess int, probabilities real[], model text, at timestamptz, digit int
    )
  ) AS rows`;
}

// A retry may come when the guess is forgotten; the one kept with the drawing is then the better one.
const newerGuess = sql.fragment`
  predicted_digit = coalesce(excluded.predicted_digit, known.predicted_digit),
  probabilities = coalesce(excluded.probabilities, known.probabilities),
  model = coalesce(excluded.model, known.model)`;

const sameInk = sql.fragment`known.raster IS NOT DISTINCT FROM excluded.raster`;

/** Only what is the `same` as before has been learned, and is being learned by the job that claimed it. */
function learnedWhere(same: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`
    feedback_processed = known.feedback_processed AND (${same}),
    trained_in = CASE WHEN ${same} THEN known.trained_in END,
    claimed_by = CASE WHEN ${same} THEN known.claimed_by END`;
}

/**
 * Sets the label of the row `known`. Unless it says the same as before, it is to be learned again, and a job
 * that has read the row before does not count as having learned it.
 */
export function labelledAgain({
  digit,
  at,
  same = sql.fragment`known.true_label IS NOT DISTINCT FROM ${digit}`,
}: {
  digit: FragmentSqlToken;
  at: FragmentSqlToken;
  same?: FragmentSqlToken;
}): FragmentSqlToken {
  return sql.fragment`
    true_label = ${digit},
    labelled_at = CASE WHEN known.true_label = ${digit} THEN known.labelled_at ELSE ${at} END,
    ${learnedWhere(same)}`;
}
