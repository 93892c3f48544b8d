import { sql } from 'slonik';
import { z } from 'zod';
import { digitSchema, drawingIdSchema, roomSchema, strokesSchema } from '../shared/protocol.ts';
import { rowOrder } from './lock-order.ts';
import type { Database } from './open.ts';
import { drawingColumns, recordset } from './samples.ts';

/** 28×28 */
const rasterBytes = 784;
const pseudonym = /^p-[0-9a-f]{12}$/;

/** A drawing as it travels, one a line of NDJSON: for parsing what somebody brings along. */
export const carriedSchema = z.object({
  drawing: drawingIdSchema,
  strokes: strokesSchema,
  /** 784 bytes in base64. */
  raster: z
    .base64()
    .refine(text => Buffer.from(text, 'base64').length === rasterBytes, `not ${rasterBytes} bytes`),
  guess: digitSchema.nullable(),
  probabilities: z.array(z.number().min(0).max(1)).length(10).nullable(),
  label: digitSchema.nullable(),
  /** The version that guessed. */
  model: z.string().min(1).max(100).nullable(),
  /** The same for all drawings of one author, and nothing more. */
  author: z.string().regex(pseudonym, 'a pseudonym'),
  room: roomSchema,
  at: z.iso.datetime(),
});
export type CarriedSample = z.infer<typeof carriedSchema>;

// What is in the database is trusted: only its shape is told.
const exportedSchema = z.object({
  id: z.int(),
  drawing: z.string(),
  strokes: z.array(z.array(z.number())),
  raster: z.string(),
  guess: z.int().nullable(),
  probabilities: z.array(z.number()).nullable(),
  label: z.int().nullable(),
  model: z.string().nullable(),
  author: z.string(),
  room: z.string(),
  at: z.date().transform(at => at.toISOString()),
});
/** `id` is for `after` alone: it means nothing elsewhere. */
export type ExportedSample = CarriedSample & { id: number };

/** Oldest first; `after` is the id of the last one of the page before. Rows of the older application stay: they have no strokes. */
export async function exportSamples(
  db: Database,
  { after = 0, limit, room }: { after?: number | undefined; limit: number; room?: string | undefined },
): Promise<readonly ExportedSample[]> {
  const there = room === undefined ? sql.fragment`TRUE` : sql.fragment`room = ${room}`;
  // A pseudonym that was brought along stays the same when it is carried on.
  return db.run(connection =>
    connection.any(sql.type(exportedSchema)`
      SELECT id, drawing, strokes, translate(encode(raster, 'base64'), E'\n', '') AS raster,
        predicted_digit AS guess, probabilities, true_label AS label, model, room, "timestamp" AS at,
        CASE WHEN author ~ ${pseudonym.source} THEN author
          ELSE 'p-' || left(encode(sha256(convert_to(author, 'UTF8')), 'hex'), 12) END AS author
      FROM predictions
      WHERE drawing IS NOT NULL AND author IS NOT NULL AND id > ${after}::bigint AND ${there}
      ORDER BY id
      LIMIT ${limit}`),
  );
}

/**
 * Adds drawings that are not there. Of one that is, only the label is taken, and only where ours has none.
 * Imported labels are new here, and to be learned. `known` counts those that were there, labelled by it or not.
 */
export async function importSamples(
  db: Database,
  rows: readonly CarriedSample[],
): Promise<{ added: number; known: number }> {
  const distinct = [...new Map(rows.map(row => [row.drawing, row])).values()];
  if (distinct.length === 0) return { added: 0, known: 0 };
  const given = distinct.map(({ label, raster, at, ...row }) => ({
    ...row,
    digit: label,
    raster: Buffer.from(raster, 'base64'),
    at: new Date(at),
  }));
  const query = sql.type(z.object({ added: z.boolean() }))`
    INSERT INTO predictions AS known (${drawingColumns}, true_label, labelled_at)
    SELECT ${drawingColumns}, true_label, CASE WHEN true_label IS NOT NULL THEN now() END
    FROM ${recordset(given)} ORDER BY ${rowOrder}
    ON CONFLICT (drawing) DO UPDATE SET true_label = excluded.true_label, labelled_at = excluded.labelled_at
    WHERE known.true_label IS NULL AND excluded.true_label IS NOT NULL
    RETURNING known.xmax = 0 AS added`;
  const written = await db.run(connection => connection.any(query));
  const added = written.filter(row => row.added).length;
  return { added, known: rows.length - added };
}
