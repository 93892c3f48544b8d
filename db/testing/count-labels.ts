import { sql } from 'slonik';
import { z } from 'zod';
import type { Database } from '../connection/open-database.ts';

export async function countLabels(db: Database): Promise<number> {
  const query = sql.type(z.object({ labels: z.int() }))`
    SELECT count(true_label)::int AS labels FROM predictions`;
  return db.run(connection => connection.oneFirst(query));
}
