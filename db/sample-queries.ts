import { type FragmentSqlToken, sql } from 'slonik';
import { z } from 'zod';
import type { Database } from './connection/open-database.ts';
import { decodeLegacyImage } from './legacy-image.ts';

export const sampleSchema = z.object({
  id: z.int(),
  /** Null, like all that follows it but `at`, `hasImage`, `guess` and `label`, in rows of the older application. */
  drawing: z.string().nullable(),
  author: z.string().nullable(),
  room: z.string().nullable(),
  strokes: z.array(z.array(z.number())).nullable(),
  probabilities: z.array(z.number()).nullable(),
  model: z.string().nullable(),
  /** When it was drawn. */
  at: z.date(),
  /** Whether `sampleImage` has a picture of it. */
  hasImage: z.boolean(),
  guess: z.int().nullable(),
  label: z.int().nullable(),
});
export type SampleRow = z.infer<typeof sampleSchema>;

/** When it was drawn, whatever column of an older table says so. */
export const sampleTime = sql.fragment`
  coalesce("timestamp"::timestamptz, created_at::timestamptz, 'epoch')`;

export const sampleColumns = sql.fragment`
  id, drawing, author, room, strokes, probabilities, model, ${sampleTime} AS at,
  image IS NOT NULL AS "hasImage", predicted_digit AS guess, true_label AS label`;

export interface SampleFilter {
  /** Only rows older than this one. */
  before?: number | undefined;
  limit: number;
  room?: string | undefined;
  labelled?: boolean | undefined;
  /** Whether the label contradicts the guess; rows without both are neither. */
  wrong?: boolean | undefined;
  /** What it is said to be, or, while nobody has said, what it was taken for. */
  digit?: number | undefined;
  model?: string | undefined;
}

/** Newest first. */
export async function listSamples(db: Database, filter: SampleFilter): Promise<readonly SampleRow[]> {
  const query = sql.type(sampleSchema)`
    SELECT ${sampleColumns} FROM predictions WHERE ${matching(filter)} ORDER BY id DESC LIMIT ${filter.limit}`;
  return db.run(connection => connection.any(query));
}

/** Ink of a page, as the database stores it, past which the page ends early: a hundred usual drawings fit. */
const pageBytes = 131_072;
/** Ink stored in more than this is that of thousands of points: reading it takes as long as a page may. */
export const bigInk = { from: 4_096, counts: pageBytes };

/** Newest first; `next` is the `before` of the page after, null at the end. Big drawings make a page shorter. */
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

/** Where the page after these rows goes on. */
export function nextOf(rows: readonly { id: number; last: boolean }[], limit: number): number | null {
  const end = rows.at(-1);
  return end === undefined || (end.last && rows.length < limit) ? null : end.id;
}

/**
 * For each row of a page its `id`, the stored bytes of the ink of those before it, and whether it is the `last` one
 * there is. Without reading any ink.
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

function matching({ before, room, labelled, wrong, digit, model }: SampleFilter): FragmentSqlToken {
  return sql.fragment`${sql.and([
    before !== undefined && sql.fragment`id < ${before}::bigint`,
    room !== undefined && inRoom(room),
    labelled !== undefined && sql.fragment`(true_label IS NOT NULL) = ${labelled}`,
    wrong !== undefined && sql.fragment`(true_label <> predicted_digit) = ${wrong}`,
    digit !== undefined && sql.fragment`coalesce(true_label, predicted_digit) = ${digit}`,
    model !== undefined && sql.fragment`model = ${model}`,
  ])}`;
}

export async function countLabels(db: Database): Promise<number> {
  const query = sql.type(z.object({ labels: z.int() }))`
    SELECT count(true_label)::int AS labels FROM predictions`;
  return db.run(connection => connection.oneFirst(query));
}

/** PNG bytes, or null when there is no such row or no picture in it. */
export async function sampleImage(db: Database, id: number): Promise<Uint8Array | null> {
  // As text because the column is BYTEA in one database and TEXT in another, and one query has to do for both.
  const query = sql.type(z.object({ image: z.string().nullable() }))`
    SELECT image::text AS image FROM predictions WHERE id = ${id}::bigint`;
  const found = await db.run(connection => connection.maybeOne(query));
  return found?.image ? decodeLegacyImage(found.image) : null;
}

/** Rows of the older application, which knew no rooms, hang in the lobby. */
function inRoom(room: string): FragmentSqlToken {
  return room === 'lobby' ? sql.fragment`coalesce(room, 'lobby') = 'lobby'` : sql.fragment`room = ${room}`;
}
