import { sql } from 'slonik';
import type { Database } from './connection/open-database.ts';

/** Stores the network from which an author first labels; later ones are ignored. */
export async function recordNetwork(
  db: Database,
  { author, network }: { author: string; network: string },
): Promise<void> {
  await db.run(connection =>
    connection.query(sql.unsafe`
      INSERT INTO networks (author, network) VALUES (${author}, ${network}) ON CONFLICT (author) DO NOTHING`),
  );
}
