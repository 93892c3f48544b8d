import { type FragmentSqlToken, sql } from 'slonik';
import { z } from 'zod';
import type { Database } from './connection/open-database.ts';
import { isSetAside } from './held-out-authors.ts';
import { setAsideSchema } from './label-screening.ts';
import { decodeLegacyImage } from './legacy-image.ts';
import { inRoom } from './rooms.ts';

export const sampleSchema = z.object({
  id: z.int(),
  /**
   * In rows of the older application this and every later field are null, except `at`, `hasImage`, `guess` and
   * `label`.
   */
  drawing: z.string().nullable(),
  author: z.string().nullable(),
  room: z.string().nullable(),
  strokes: z.array(z.array(z.number())).nullable(),
  probabilities: z.array(z.number()).nullable(),
  model: z.string().nullable(),
  /** The latest prediction by another version than the first; null where there is none. */
  rereadDigit: z.int().nullable(),
  rereadProbabilities: z.array(z.number()).nullable(),
  rereadModel: z.string().nullable(),
  /** Time of the drawing. */
  at: z.date(),
  /** Whether `sampleImage` has its picture. */
  hasImage: z.boolean(),
  guess: z.int().nullable(),
  label: z.int().nullable(),
  /** Readings of the witnesses of a label that is set aside. */
  setAside: setAsideSchema.nullable(),
});
export type SampleRow = z.infer<typeof sampleSchema>;

/** Time of the drawing, from whichever column an older table has. */
export const sampleTime = sql.fragment`
  coalesce("timestamp"::timestamptz, created_at::timestamptz, 'epoch')`;

export const sampleColumns = sql.fragment`
  id, drawing, author, room, strokes, probabilities, model, reread_digit AS "rereadDigit",
  reread_probabilities AS "rereadProbabilities", reread_model AS "rereadModel", ${sampleTime} AS at,
  image IS NOT NULL AS "hasImage", predicted_digit AS guess, true_label AS label,
  CASE WHEN ${isSetAside} THEN set_aside END AS "setAside"`;

export interface SampleFilter {
  /** Only rows with a smaller id. */
  before?: number | undefined;
  limit: number;
  room?: string | undefined;
  labelled?: boolean | undefined;
  /** Whether the label contradicts the prediction; rows without both match neither value. */
  wrong?: boolean | undefined;
  /** The label, or the predicted digit if there is no label. */
  digit?: number | undefined;
  model?: string | undefined;
  /** Whether drawings that a host hid, or has not let through, are listed too. */
  veiled?: boolean | undefined;
  /** Only labels that are set aside. */
  setAside?: boolean | undefined;
}

/** Newest first. */
export async function listSamples(db: Database, filter: SampleFilter): Promise<readonly SampleRow[]> {
  const query = sql.type(sampleSchema)`
    SELECT ${sampleColumns} FROM predictions WHERE ${matching(filter)} ORDER BY id DESC LIMIT ${filter.limit}`;
  return db.run(connection => connection.any(query));
}

/** Stored bytes of ink after which a page ends early: a hundred usual drawings fit. */
export const pageBytes = 131_072;
/** Larger stored ink has thousands of points: reading one takes as long as a whole page may. */
export const bigInk = { from: 4_096, counts: pageBytes };

/** Newest first; `next` is the `before` of the page after, null at the end. Large drawings shorten a page. */
export async function samplePage(
  db: Database,
  filter: SampleFilter,
): Promise<{ samples: readonly SampleRow[]; next: number | null }> {
  const query = sql.type(sampleSchema.extend({ last: z.boolean() }))`
    SELECT ${sampleColumns}, last
    FROM predictions JOIN (${inkBefore(matching(filter), { order: sql.fragment`DESC`, limit: filter.limit })}) AS page
      USING (id)
    WHERE bytes_before < ${pageBytes}
    ORDER BY id DESC`;
  const rows = await db.run(connection => connection.any(query));
  const end = rows.at(-1);
  return {
    samples: rows.map(({ last, ...row }) => row),
    next: end === undefined || end.last ? null : end.id,
  };
}

/** The cursor of the page after these rows. */
export function nextOf(rows: readonly { id: number; last: boolean }[], limit: number): number | null {
  const end = rows.at(-1);
  return end === undefined || (end.last && rows.length < limit) ? null : end.id;
}

/**
 * For each row of a page: its `id`, the stored bytes of ink of the rows before it, and whether it is the `last` row.
 * Reads no ink.
 */
export function inkBefore(
  where: FragmentSqlToken,
  { order, limit }: { order: FragmentSqlToken; limit: number },
): FragmentSqlToken {
  return sql.fragment`
    SELECT id, sum(bytes) OVER (ORDER BY id ${order}) - bytes AS bytes_before,
      lead(id) OVER (ORDER BY id ${order}) IS NULL AS last
    FROM (
      SELECT id, CASE WHEN pg_column_size(strokes) > ${bigInk.from} THEN ${bigInk.counts}
        ELSE coalesce(pg_column_size(strokes), 0) END AS bytes
      FROM predictions WHERE ${where} ORDER BY id ${order} LIMIT ${limit + 1}
    ) AS sized
    ORDER BY id ${order} LIMIT ${limit}`;
}

function matching({
  before,
  room,
  labelled,
  wrong,
  digit,
  model,
  veiled = true,
  setAside = false,
}: SampleFilter): FragmentSqlToken {
  return sql.fragment`${sql.and([
    before !== undefined && sql.fragment`id < ${before}::bigint`,
    room !== undefined && inRoom(room),
    labelled !== undefined && sql.fragment`(true_label IS NOT NULL) = ${labelled}`,
    wrong !== undefined && sql.fragment`(true_label <> predicted_digit) = ${wrong}`,
    digit !== undefined && sql.fragment`coalesce(true_label, predicted_digit) = ${digit}`,
    model !== undefined && sql.fragment`model = ${model}`,
    !veiled && sql.fragment`veil IS NULL`,
    setAside && isSetAside,
  ])}`;
}

/** The label of a drawing; null if it has none, or no row. */
export async function labelOf(db: Database, drawing: string): Promise<number | null> {
  const query = sql.type(z.object({ label: z.int().nullable() }))`
    SELECT true_label AS label FROM predictions WHERE drawing = ${drawing}::uuid`;
  const found = await db.run(connection => connection.maybeOne(query));
  return found?.label ?? null;
}

const imageSchema = sampleSchema.pick({ author: true, room: true }).extend({ image: z.string().nullable() });

/** PNG bytes, null if the row has no picture, with its author and room; null if there is no such row. */
export async function sampleImage(
  db: Database,
  id: number,
): Promise<(Pick<SampleRow, 'author' | 'room'> & { image: Uint8Array | null }) | null> {
  // Read as text, so that one query serves both BYTEA and TEXT columns.
  const query = sql.type(imageSchema)`
    SELECT author, room, image::text AS image FROM predictions WHERE id = ${id}::bigint`;
  const found = await db.run(connection => connection.maybeOne(query));
  return found && { ...found, image: found.image ? decodeLegacyImage(found.image) : null };
}
