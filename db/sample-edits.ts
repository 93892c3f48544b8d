import { type DatabasePoolConnection, sql } from 'slonik';
import { z } from 'zod';
import { bytesSchema } from './columns.ts';
import type { Database } from './connection/open-database.ts';
import { eraseRows } from './erasure.ts';
import { labelledAgain } from './predictions.ts';
import { type SampleRow, sampleColumns, sampleSchema } from './sample-queries.ts';

/** The caller: an author may change their own samples, an admin all of them. */
export interface Requester {
  /** The session, when there is one. */
  author: string | null;
  admin: boolean;
}

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

/** Sets or, with null, clears the label, and marks the sample as untrained. */
export async function changeLabel(
  db: Database,
  { id, digit, by }: { id: number; digit: number | null; by: Requester },
): Promise<SampleRow | 'not_yours' | 'not_found'> {
  const at = digit === null ? sql.fragment`NULL` : sql.fragment`now()`;
  return db.run(async connection => {
    const changed = await connection.maybeOne(sql.type(sampleSchema)`
      UPDATE predictions AS known SET ${labelledAgain({ digit: sql.fragment`${digit}::int`, at })}
      WHERE id = ${id}::bigint AND ${isTheirs(by)}
      RETURNING ${sampleColumns}`);
    return changed ?? whyNot(connection, id);
  });
}

/** Resolves to the drawing id of the deleted row. */
export async function deleteSample(
  db: Database,
  { id, by }: { id: number; by: Requester },
): Promise<{ drawing: string } | 'not_yours' | 'not_found'> {
  return db.run(async connection => {
    const [drawing] = await connection.transaction(transaction =>
      eraseRows(
        transaction,
        sql.fragment`SELECT id FROM predictions WHERE id = ${id}::bigint AND ${isTheirs(by)} FOR UPDATE`,
      ),
    );
    return drawing === undefined ? whyNot(connection, id) : { drawing };
  });
}

function isTheirs({ author, admin }: Requester) {
  return sql.fragment`(${admin} OR author = ${author})`;
}

async function whyNot(connection: DatabasePoolConnection, id: number): Promise<'not_yours' | 'not_found'> {
  const there = await connection.exists(sql.unsafe`SELECT FROM predictions WHERE id = ${id}::bigint`);
  return there ? 'not_yours' : 'not_found';
}
