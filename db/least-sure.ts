import { sql } from 'slonik';
import type { Database } from './connection/open-database.ts';
import { bigInk, pageBytes, type SampleRow, sampleColumns, sampleSchema } from './sample-queries.ts';

// As the index `predictions_unsure` has it.
const margin = sql.fragment`digit_margin(coalesce(reread_probabilities, probabilities))`;

/**
 * A room's unlabelled drawings, the least sure first: those whose two likeliest digits are closest, in the latest
 * prediction. Drawings that a host hid are left out. Large drawings shorten the list.
 */
export async function listLeastSure(
  db: Database,
  { room, author, limit }: { room: string; author?: string | undefined; limit: number },
): Promise<readonly SampleRow[]> {
  const theirs = author === undefined ? sql.fragment`TRUE` : sql.fragment`author = ${author}`;
  return db.run(connection =>
    connection.any(sql.type(sampleSchema)`
      SELECT ${sampleColumns}
      FROM predictions JOIN (
        SELECT id, unsure, sum(bytes) OVER (ORDER BY unsure, id DESC) - bytes AS bytes_before
        FROM (
          SELECT id, ${margin} AS unsure, CASE WHEN pg_column_size(strokes) > ${bigInk.from} THEN ${bigInk.counts}
            ELSE coalesce(pg_column_size(strokes), 0) END AS bytes
          FROM predictions
          WHERE room = ${room} AND true_label IS NULL AND veil IS NULL AND probabilities IS NOT NULL AND ${theirs}
          ORDER BY ${margin}, id DESC LIMIT ${limit}
        ) AS sized
      ) AS page USING (id)
      WHERE bytes_before < ${pageBytes}
      ORDER BY unsure, id DESC`),
  );
}
