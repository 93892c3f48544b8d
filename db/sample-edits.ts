import { type DatabasePoolConnection, sql } from 'slonik';
import { z } from 'zod';
import { bytesSchema } from './columns.ts';
import type { Database } from './connection/open-database.ts';
import { eraseRows } from './erasure.ts';
import { labelledAgain } from './predictions.ts';
import { inRoom, lobby } from './rooms.ts';
import { type SampleRow, sampleColumns, sampleSchema } from './sample-queries.ts';

/** The caller: an author may change their own samples, an admin all of them. */
export interface Requester {
  /** The session, when there is one. */
  author: string | null;
  admin: boolean;
}

/** 'not_yours' only for a row that the room shows: the ids of other rows stay unknown. */
type NotChanged = 'not_yours' | 'not_found';

const detailSchema = sampleSchema.extend({
  /** Input of the model; null, like `strokes`, in rows of the older application. */
  raster: bytesSchema.nullable(),
  /** The latest version that learned the sample with its current label. */
  trainedIn: z.string().nullable(),
});
export type SampleDetail = z.infer<typeof detailSchema>;

export async function getSample(db: Database, id: number): Promise<SampleDetail | null> {
  return db.run(connection =>
    connection.maybeOne(sql.type(detailSchema)`
      SELECT ${sampleColumns}, raster, trained_in AS "trainedIn" FROM predictions WHERE id = ${id}::bigint`),
  );
}

/** Sets or, with null, clears the label, and marks the sample as untrained. The host of `room` may do so in the room. */
export async function changeLabel(
  db: Database,
  {
    id,
    digit,
    by,
    room = lobby,
    isHost = false,
  }: { id: number; digit: number | null; by: Requester; room?: string; isHost?: boolean },
): Promise<SampleRow | NotChanged> {
  const ofHost = sql.fragment`SELECT id FROM predictions WHERE ${isHost} AND ${inRoom(room)} AND veil IS NULL`;
  const at = digit === null ? sql.fragment`NULL` : sql.fragment`now()`;
  return db.run(async connection => {
    const changed = await connection.maybeOne(sql.type(sampleSchema)`
      UPDATE predictions AS known SET ${labelledAgain({ digit: sql.fragment`${digit}::int`, at })}
      WHERE id = ${id}::bigint AND (${isTheirs(by)} OR id IN (${ofHost} AND id = ${id}::bigint))
      RETURNING ${sampleColumns}`);
    return changed ?? whyNot(connection, { id, room });
  });
}

/** Resolves to the drawing id of the deleted row. */
export async function deleteSample(
  db: Database,
  { id, by, room = lobby }: { id: number; by: Requester; room?: string },
): Promise<{ drawing: string } | NotChanged> {
  return db.run(async connection => {
    const [drawing] = await connection.transaction(transaction =>
      eraseRows(
        transaction,
        sql.fragment`SELECT id FROM predictions WHERE id = ${id}::bigint AND ${isTheirs(by)} FOR UPDATE`,
      ),
    );
    return drawing === undefined ? whyNot(connection, { id, room }) : { drawing };
  });
}

function isTheirs({ author, admin }: Requester) {
  return sql.fragment`(${admin} OR author = ${author})`;
}

async function whyNot(
  connection: DatabasePoolConnection,
  { id, room }: { id: number; room: string },
): Promise<NotChanged> {
  const there = await connection.exists(sql.unsafe`
    SELECT FROM predictions WHERE id = ${id}::bigint AND ${inRoom(room)} AND veil IS NULL`);
  return there ? 'not_yours' : 'not_found';
}
