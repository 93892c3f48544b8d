import { sql } from 'slonik';
import { z } from 'zod';
import { bytesSchema } from './columns.ts';
import type { Database } from './connection/open-database.ts';
import { rowOrder } from './lock-order.ts';
import { inRoom } from './rooms.ts';

const outdatedSchema = z.object({ id: z.int(), raster: bytesSchema });
/** A sample whose latest prediction is not the version's. */
export type OutdatedSample = z.infer<typeof outdatedSchema>;

/**
 * Of the `limit` newest samples of a room before that id: those whose latest prediction is another version's, newest
 * first. `next` is the `before` of the page after, null at the end.
 */
export async function readOutdated(
  db: Database,
  { room, version, before, limit }: { room: string; version: string; before?: number; limit: number },
): Promise<{ samples: OutdatedSample[]; next: number | null }> {
  const older = before === undefined ? sql.fragment`TRUE` : sql.fragment`id < ${before}::bigint`;
  const rows = await db.run(connection =>
    connection.any(sql.type(outdatedSchema.extend({ raster: bytesSchema.nullable() }))`
      SELECT id, CASE WHEN coalesce(reread_model, model) IS DISTINCT FROM ${version} THEN raster END AS raster
      FROM predictions WHERE ${inRoom(room)} AND ${older} ORDER BY id DESC LIMIT ${limit}`),
  );
  const samples = rows.flatMap(({ id, raster }) => (raster === null ? [] : [{ id, raster }]));
  return { samples, next: rows.length < limit ? null : rows[rows.length - 1].id };
}

/** A prediction of a stored sample by a version that came later. */
export interface Rereading extends OutdatedSample {
  digit: number;
  probabilities: readonly number[];
  model: string;
}

/** Stores predictions beside the first ones. A sample whose ink has changed since is left as it is. */
export async function recordRereadings(db: Database, rereadings: readonly Rereading[]): Promise<void> {
  if (rereadings.length === 0) return;
  const json = rereadings.map(({ raster, ...row }) => ({
    ...row,
    raster: Buffer.from(raster).toString('base64'),
  }));
  await db.run(connection =>
    connection.query(sql.unsafe`
      WITH given AS (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(json)}::jsonb)
          AS given(id bigint, raster text, digit int, probabilities real[], model text)
      ), held AS (
        SELECT known.id, given.digit, given.probabilities, given.model
        FROM predictions AS known JOIN given USING (id)
        WHERE known.raster = decode(given.raster, 'base64') ORDER BY known.${rowOrder} FOR UPDATE OF known
      )
      UPDATE predictions SET reread_digit = held.digit, reread_probabilities = held.probabilities,
        reread_model = held.model
      FROM held WHERE predictions.id = held.id`),
  );
}
