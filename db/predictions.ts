import { type FragmentSqlToken, sql } from 'slonik';
import { z } from 'zod';
import type { Database } from './connection/open-database.ts';
import { rowOrder } from './lock-order.ts';
import { veilOf } from './rooms-of-hosts.ts';

/** A finished drawing and its prediction. */
export interface PredictionRow {
  drawing: string;
  author: string;
  room: string;
  /** Flat strokes in pad units. */
  strokes: readonly (readonly number[])[];
  /** 784 bytes, the input of the model. */
  raster: Uint8Array;
  /** Null, like `probabilities` and `model`, if the drawing was never predicted. */
  guess: number | null;
  probabilities: readonly number[] | null;
  model: string | null;
  at: Date;
}

/** A drawing with its author's label. */
export interface LabelRow extends PredictionRow {
  digit: number;
}

const idSchema = z.object({ id: z.int() });

/**
 * Stores finished drawings. An earlier label stays and applies to the final ink, which is untrained if it changed.
 * Drawings of other authors are left unchanged.
 */
export async function recordPredictions(db: Database, rows: readonly PredictionRow[]): Promise<void> {
  if (rows.length === 0) return;
  // One statement must not write a row twice, so only the newest state of each drawing is stored.
  const newest = [...new Map(rows.map(row => [row.drawing, row])).values()];
  const query = sql.type(idSchema)`
    WITH ${heldRooms(newest)}
    INSERT INTO predictions AS known (${drawingColumns}, veil)
    SELECT ${drawingColumns}, ${veilHere} FROM ${recordset(newest)} LEFT JOIN held ON held.name = room
    WHERE held.ended_at IS NULL ORDER BY ${rowOrder}
    ON CONFLICT (drawing) DO UPDATE SET
      strokes = excluded.strokes,
      raster = excluded.raster,
      ${newerGuess},
      ${learnedWhere(sameInk)}
    WHERE known.author = excluded.author
    RETURNING id`;
  await db.run(connection => connection.any(query));
}

/** Stores a drawing with its label. Repeating a label changes nothing; a different label is untrained again. */
export async function recordLabel(db: Database, row: LabelRow): Promise<{ sample: number } | 'not_yours'> {
  const query = sql.type(idSchema)`
    WITH ${heldRooms([row])}
    INSERT INTO predictions AS known (${drawingColumns}, veil, true_label, labelled_at)
    SELECT ${drawingColumns}, ${veilHere}, true_label, "timestamp"
    FROM ${recordset([row])} LEFT JOIN held ON held.name = room WHERE held.ended_at IS NULL
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

/** Labels a drawing that only the database has. */
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

/**
 * The rooms of the rows, which no host changes or ends before the rows are in: a row gets the veil of its drawing, and
 * later changes find the row. Drawings of a room that has ended are not stored.
 */
function heldRooms(rows: readonly PredictionRow[]): FragmentSqlToken {
  const names = [...new Set(rows.map(({ room }) => room))];
  return sql.fragment`held AS (
    SELECT name, settings, ended_at FROM rooms WHERE name = ANY(${sql.array(names, 'text')}) FOR SHARE)`;
}

const veilHere = veilOf(sql.fragment`held.settings`);

export const drawingColumns = sql.fragment`
  drawing, author, room, strokes, raster, predicted_digit, probabilities, model, "timestamp"`;

/** Any number of drawings as one parameter, with the columns of `drawingColumns` and `true_label`. */
export function recordset(
  rows: readonly (PredictionRow & { digit?: number | null; veil?: string | undefined })[],
): FragmentSqlToken {
  const json = rows.map(({ raster, at, ...row }) => ({
    ...row,
    raster: Buffer.from(raster).toString('base64'),
    at: at.toISOString(),
  }));
  return sql.fragment`(
    SELECT drawing, author, room, strokes, decode(raster, 'base64') AS raster,
      guess AS predicted_digit, probabilities, model, at AS "timestamp", digit AS true_label, veil
    FROM jsonb_to_recordset(${JSON.stringify(json)}::jsonb) AS given(
      drawing uuid, author text, room text, strokes jsonb, raster text,
      guess int, probabilities real[], model text, at timestamptz, digit int, veil text
    )
  ) AS rows`;
}

const sameInk = sql.fragment`known.raster IS NOT DISTINCT FROM excluded.raster`;

/** Another version's prediction of the same ink: it is stored beside the first one, never instead of it. */
const isReread = sql.fragment`(${sameInk} AND known.model <> excluded.model) IS TRUE`;

// A retry may lack the prediction; the stored one is then kept.
const newerGuess = sql.fragment`
  predicted_digit = CASE WHEN ${isReread} THEN known.predicted_digit
    ELSE coalesce(excluded.predicted_digit, known.predicted_digit) END,
  probabilities = CASE WHEN ${isReread} THEN known.probabilities
    ELSE coalesce(excluded.probabilities, known.probabilities) END,
  model = CASE WHEN ${isReread} THEN known.model ELSE coalesce(excluded.model, known.model) END,
  reread_digit = CASE WHEN ${isReread} THEN excluded.predicted_digit WHEN ${sameInk} THEN known.reread_digit END,
  reread_probabilities = CASE WHEN ${isReread} THEN excluded.probabilities
    WHEN ${sameInk} THEN known.reread_probabilities END,
  reread_model = CASE WHEN ${isReread} THEN excluded.model WHEN ${sameInk} THEN known.reread_model END`;

/** Keeps the trained, claimed and screened state only if the row is the `same` as before. */
function learnedWhere(same: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`
    feedback_processed = known.feedback_processed AND (${same}),
    trained_in = CASE WHEN ${same} THEN known.trained_in END,
    claimed_by = CASE WHEN ${same} THEN known.claimed_by END,
    screened = CASE WHEN ${same} THEN known.screened END,
    set_aside = CASE WHEN ${same} THEN known.set_aside END,
    accepted = CASE WHEN ${same} THEN known.accepted END`;
}

/**
 * Sets the label of the row `known`. If it differs, the row becomes untrained, and a job that read the old row does
 * not mark it as trained.
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
