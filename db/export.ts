import { sql } from 'slonik';
import { z } from 'zod';
import { digitSchema, drawingIdSchema, roomSchema, strokesSchema } from '../shared/protocol.ts';
import type { Database } from './connection/open-database.ts';
import { decodeLegacyImage } from './legacy-image.ts';
import { rowOrder } from './lock-order.ts';
import { drawingColumns, recordset } from './predictions.ts';
import { inkBefore, nextOf, sampleTime } from './sample-queries.ts';

/** 28×28 */
const rasterBytes = 784;
const pseudonym = /^p-[0-9a-f]{12}$/;

const lineSchema = z.object({
  drawing: drawingIdSchema,
  guess: digitSchema.nullable(),
  label: digitSchema.nullable(),
  // Years of four digits except 0, which PostgreSQL does not have.
  at: z.iso.datetime().refine(at => !at.startsWith('0000'), 'there is no year 0'),
});
const drawnSchema = lineSchema.extend({
  strokes: strokesSchema,
  /** 784 bytes in base64. */
  raster: z
    .base64()
    .refine(text => Buffer.from(text, 'base64').length === rasterBytes, `not ${rasterBytes} bytes`),
  probabilities: z.array(z.number().min(0).max(1)).length(10).nullable(),
  /** The version that made the prediction. */
  model: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'no control characters and no half characters')
    .nullable(),
  /** The same for all drawings of one author; it reveals nothing else. */
  author: z.string().regex(pseudonym, 'a pseudonym'),
  room: roomSchema,
  /** Why a host keeps the drawing off the wall; absent if it is shown. */
  veil: z.enum(['hidden', 'waiting']).optional(),
});
const pictureSchema = lineSchema.extend({
  /** A PNG in base64: rows of the older application have it instead of strokes. */
  image: z.base64().refine(text => decodeLegacyImage(text) !== null, 'not a PNG'),
});

/** One drawing of an export, one line of NDJSON. Validates imported lines. */
export const portableSampleSchema = z.unknown().transform((line, context): PortableSample => {
  const isPicture = typeof line === 'object' && line !== null && 'image' in line;
  const parsed = (isPicture ? pictureSchema : drawnSchema).safeParse(line);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});
export type PortableSample = z.infer<typeof drawnSchema> | z.infer<typeof pictureSchema>;

/** Limit of the ink of a page, as `inkBefore` counts it: live drawings wait while a page is read. */
const pageBytes = 65_536;

// Rows of the database are trusted, so only their shape is checked.
const exportedSchema = z.object({
  id: z.int(),
  drawing: z.string(),
  strokes: z.array(z.array(z.number())).nullable(),
  raster: z.string().nullable(),
  image: z.string().nullable(),
  guess: z.int().nullable(),
  probabilities: z.array(z.number()).nullable(),
  label: z.int().nullable(),
  model: z.string().nullable(),
  author: z.string().nullable(),
  room: z.string().nullable(),
  veil: z.enum(['hidden', 'waiting']).nullable(),
  at: z.date().transform(at => at.toISOString()),
  last: z.boolean(),
});

/**
 * Oldest first; `after` is the `next` of the page before, and `next` is null at the end. Rows without strokes are
 * exported if they have a picture.
 */
export async function exportSamples(
  db: Database,
  {
    after = 0,
    limit,
    room,
    author,
  }: {
    after?: number | undefined;
    limit: number;
    room?: string | undefined;
    /** Only this author's drawings. */
    author?: string | undefined;
  },
): Promise<{ samples: PortableSample[]; next: number | null }> {
  const there = room === undefined ? sql.fragment`TRUE` : sql.fragment`room = ${room}`;
  const theirs = author === undefined ? sql.fragment`TRUE` : sql.fragment`author = ${author}`;
  const exported = sql.fragment`
    drawing IS NOT NULL AND (author IS NOT NULL OR image IS NOT NULL) AND id > ${after}::bigint
      AND ${there} AND ${theirs}`;
  // An imported pseudonym stays the same in later exports.
  const rows = await db.run(connection =>
    connection.any(sql.type(exportedSchema)`
      SELECT id, drawing, strokes, translate(encode(raster, 'base64'), E'\n', '') AS raster,
        CASE WHEN strokes IS NULL THEN image::text END AS image,
        CASE WHEN predicted_digit BETWEEN 0 AND 9 THEN predicted_digit END AS guess, probabilities,
        CASE WHEN true_label BETWEEN 0 AND 9 THEN true_label END AS label, model, room, veil, ${sampleTime} AS at,
        CASE WHEN author ~ ${pseudonym.source} THEN author
          ELSE 'p-' || left(encode(sha256(convert_to(author, 'UTF8')), 'hex'), 12) END AS author,
        last
      FROM predictions JOIN (${inkBefore(exported, { order: sql.fragment`ASC`, limit })}) AS page USING (id)
      WHERE bytes_before < ${pageBytes}
      ORDER BY id`),
  );
  const samples = rows.map(toLine).filter(line => line !== null);
  return { samples, next: nextOf(rows, limit) };
}

function toLine(row: z.infer<typeof exportedSchema>): PortableSample | null {
  const { drawing, strokes, raster, image, guess, probabilities, label, model, author, room, veil, at } = row;
  if (strokes !== null && raster !== null && author !== null && room !== null)
    return {
      ...{ drawing, strokes, raster, guess, probabilities, label, model, author, room, at },
      ...(veil !== null && { veil }),
    };
  const png = image === null ? null : decodeLegacyImage(image);
  return png && { drawing, image: Buffer.from(png).toString('base64'), guess, label, at };
}

/**
 * Adds unknown drawings. For a known drawing only the label is taken, and only if the stored row has none. Imported
 * labels are untrained here. `known` counts the drawings that existed before.
 */
export async function importSamples(
  db: Database,
  rows: readonly PortableSample[],
): Promise<{ added: number; known: number }> {
  const distinct = [...new Map(rows.map(row => [row.drawing, row])).values()];
  const drawn = distinct.flatMap(row => ('image' in row ? [] : [toRow(row)]));
  const pictures = distinct.flatMap(row => ('image' in row ? [toPicture(row)] : []));
  const added = await db.run(async connection => {
    const written = [
      ...(drawn.length === 0 ? [] : await connection.any(insertDrawn(drawn))),
      ...(pictures.length === 0 ? [] : await connection.any(insertPictures(pictures))),
    ];
    return written.filter(row => row.added).length;
  });
  return { added, known: rows.length - added };
}

const addedSchema = z.object({ added: z.boolean() });
const takeLabel = sql.fragment`
  ON CONFLICT (drawing) DO UPDATE SET true_label = excluded.true_label, labelled_at = excluded.labelled_at
  WHERE known.true_label IS NULL AND excluded.true_label IS NOT NULL
  RETURNING known.xmax = 0 AS added`;
const labelledNow = sql.fragment`CASE WHEN true_label IS NOT NULL THEN now() END`;

function toRow({ label, raster, at, ...row }: z.infer<typeof drawnSchema>) {
  return { ...row, digit: label, raster: Buffer.from(raster, 'base64'), at: new Date(at) };
}

function insertDrawn(rows: readonly ReturnType<typeof toRow>[]) {
  return sql.type(addedSchema)`
    INSERT INTO predictions AS known (${drawingColumns}, veil, true_label, labelled_at)
    SELECT ${drawingColumns}, veil, true_label, ${labelledNow} FROM ${recordset(rows)} ORDER BY ${rowOrder}
    ${takeLabel}`;
}

/** Bytes in the text form of BYTEA: a table with TEXT pictures stores that text, and `pngFrom` reads both. */
function toPicture({ image, ...row }: z.infer<typeof pictureSchema>) {
  return { ...row, image: `\\x${Buffer.from(image, 'base64').toString('hex')}` };
}

function insertPictures(rows: readonly ReturnType<typeof toPicture>[]) {
  return sql.type(addedSchema)`
    INSERT INTO predictions AS known (drawing, image, predicted_digit, true_label, "timestamp", labelled_at)
    SELECT drawing, (jsonb_populate_record(NULL::predictions, jsonb_build_object('image', image))).image,
      guess, true_label, at, ${labelledNow}
    FROM (
      SELECT drawing, image, guess, label AS true_label, at
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS given(drawing uuid, image text, guess int, label int, at timestamptz)
    ) AS rows
    ORDER BY ${rowOrder}
    ${takeLabel}`;
}
