import { sql } from 'slonik';
import type { Database } from './connection/open-database.ts';

/** Keeps the network from which an author labels; the first one stays. */
export async function recordNetwork(
  db: Database,
  { author, network }: { author: string; network: string },
): Promise<void> {
  await db.run(connection =>
    connection.query(sql.unsafe`
      INSERT INTO networks (author, network) VALUES (${author}, ${network}) ON CONFLICT (author) DO NOTHING`),
  );
}
