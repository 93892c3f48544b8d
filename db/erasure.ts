import { type DatabaseTransactionConnection, type FragmentSqlToken, sql } from 'slonik';
import { z } from 'zod';
import type { Database } from './connection/open-database.ts';
import { holdAuthors } from './held-out-authors.ts';
import { rowOrder } from './lock-order.ts';
import { holdAliases } from './promotion.ts';

export interface Erasure {
  author: string;
  /** Ids of drawings; absent, all drawings of the author. */
  drawings?: readonly string[] | undefined;
  /** Limit of rows; fewer resolved ids mean that nothing is left. */
  limit: number;
}

/** Erases drawings of one author. Resolves to the ids of the erased drawings. */
export async function eraseDrawings(
  db: Database,
  { author, drawings, limit }: Erasure,
): Promise<readonly string[]> {
  const chosen = drawings
    ? sql.fragment`drawing = ANY(${sql.array([...drawings], 'uuid')})`
    : sql.fragment`TRUE`;
  return db.run(connection =>
    connection.transaction(async transaction => {
      await holdForErasure(transaction);
      await transaction.query(sql.unsafe`
        UPDATE jobs SET asked_by = 'somebody' WHERE asked_by = ${author} AND state NOT IN ('queued', 'running')`);
      const where = sql.fragment`author = ${author} AND ${chosen}`;
      return eraseRows(
        transaction,
        sql.fragment`
        SELECT id FROM predictions WHERE id IN (
          SELECT id FROM predictions WHERE ${where} ORDER BY id LIMIT ${limit}
        ) AND ${where} ORDER BY ${rowOrder} FOR UPDATE`,
      );
    }),
  );
}

export interface Retention {
  /** Days after which a drawing without a label is erased; 0 is never. */
  unlabelledDays: number;
  /** The same for a drawing with a label. */
  labelledDays: number;
  limit: number;
}

/**
 * Erases the oldest drawings that are past their time. Leaves pictures of the older application, which are the
 * operator's, and rows that another verb has locked. Resolves to the ids of the erased drawings.
 */
export async function eraseExpired(
  db: Database,
  { unlabelledDays, labelledDays, limit }: Retention,
): Promise<readonly string[]> {
  const kinds = [
    { days: unlabelledDays, where: sql.fragment`true_label IS NULL` },
    { days: labelledDays, where: sql.fragment`true_label IS NOT NULL` },
  ];
  const erased: string[] = [];
  for (const { days, where } of kinds) {
    if (days === 0 || erased.length >= limit) continue;
    const expired = sql.fragment`
      ${where} AND strokes IS NOT NULL AND stored_at < now() - ${days} * interval '1 day'`;
    const rows = sql.fragment`
      SELECT id FROM predictions WHERE ${expired} ORDER BY stored_at LIMIT ${limit - erased.length}
      FOR UPDATE SKIP LOCKED`;
    const gone = await db.run(async connection => {
      // Nearly every call finds nothing, and takes no lock.
      if (!(await connection.exists(sql.unsafe`SELECT FROM predictions WHERE ${expired}`))) return [];
      return connection.transaction(async transaction => {
        await holdForErasure(transaction);
        return eraseRows(transaction, rows);
      });
    });
    erased.push(...gone);
  }
  return erased;
}

/** Locks what `eraseRows` changes beside the rows: versions and jobs that may have learned a sample, and authors. */
export async function holdForErasure(transaction: DatabaseTransactionConnection): Promise<void> {
  await holdAliases(transaction);
  await transaction.query(sql.unsafe`
    SELECT FROM jobs WHERE state IN ('queued', 'running') ORDER BY id FOR UPDATE`);
  await holdAuthors(transaction);
}

const erasedSchema = z.object({
  drawing: z.string().nullable(),
  author: z.string().nullable(),
  trainedIn: z.string().nullable(),
  claimedBy: z.string().nullable(),
});

/**
 * Deletes the rows whose ids `rows` selects and locks, and counts them with the versions and jobs that learned them.
 * Requires a transaction that holds `holdForErasure`. Resolves to the ids of their drawings.
 */
export async function eraseRows(
  transaction: DatabaseTransactionConnection,
  rows: FragmentSqlToken,
): Promise<string[]> {
  const gone = await transaction.any(sql.type(erasedSchema)`
    WITH chosen AS (${rows})
    DELETE FROM predictions USING chosen WHERE predictions.id = chosen.id
    RETURNING drawing, author, trained_in AS "trainedIn", claimed_by AS "claimedBy"`);
  for (const [version, count] of countBy(gone, 'trainedIn'))
    await transaction.query(
      sql.unsafe`UPDATE models SET erased = erased + ${count} WHERE version = ${version}`,
    );
  for (const [job, count] of countBy(gone, 'claimedBy'))
    await transaction.query(sql.unsafe`UPDATE jobs SET erased = erased + ${count} WHERE id = ${job}::uuid`);
  const authors = [...new Set(gone.flatMap(({ author }) => author ?? []))];
  // An author's other data are erased with the last drawing.
  for (const table of [sql.fragment`authors`, sql.fragment`networks`])
    await transaction.query(sql.unsafe`
      DELETE FROM ${table} AS stored WHERE author = ANY(${sql.array(authors, 'text')})
        AND NOT EXISTS (SELECT FROM predictions WHERE predictions.author = stored.author)`);
  return gone.flatMap(({ drawing }) => drawing ?? []);
}

/** Number of rows for each value, in the order of the values: every transaction locks them in this order. */
function countBy(rows: readonly z.infer<typeof erasedSchema>[], key: 'trainedIn' | 'claimedBy') {
  const counts = new Map<string, number>();
  for (const { [key]: value } of rows) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/**
 * Drops the weights of versions that are no champion, no previous one and not shipped: those that were added and last
 * moved `days` ago (0 is never), and those past the newest `kept`. Card, verdict and history stay. Resolves to the
 * versions.
 */
export async function dropWeights(
  db: Database,
  { days, kept, limit }: { days: number; kept: number; limit: number },
): Promise<readonly string[]> {
  const isUnused = sql.fragment`
    weights IS NOT NULL AND source <> 'base' AND version NOT IN (SELECT version FROM aliases)`;
  const recently = sql.fragment`now() - ${days} * interval '1 day'`;
  const isOld = sql.fragment`(
    ${days} > 0 AND created_at < ${recently} AND NOT EXISTS (
      SELECT FROM promotions WHERE at >= ${recently} AND models.version IN (promotions.version, promotions.previous)
    ))`;
  const isPastNewest = sql.fragment`number NOT IN (
    SELECT number FROM models WHERE ${isUnused} ORDER BY number DESC LIMIT ${kept})`;
  return db.run(connection =>
    connection.transaction(async transaction => {
      await holdAliases(transaction);
      const dropped = await transaction.any(sql.type(z.object({ version: z.string() }))`
        UPDATE models SET weights = NULL WHERE version IN (
          SELECT version FROM models WHERE ${isUnused} AND (${isOld} OR ${isPastNewest})
          ORDER BY number LIMIT ${limit}
        ) RETURNING version`);
      return dropped.map(({ version }) => version);
    }),
  );
}

/** Gives the space of erased rows back to later ones; a database server does so by itself. */
export async function reclaimSpace(db: Database): Promise<void> {
  if (db.kind === 'postgres') return;
  await db.run(async connection => {
    await connection.query(sql.unsafe`VACUUM predictions`);
    await connection.query(sql.unsafe`VACUUM models`);
  });
}

/** Number of drawings of one author, and how many of them have a label. */
export async function countOwn(
  db: Database,
  author: string,
): Promise<{ drawings: number; labelled: number }> {
  return db.run(connection =>
    connection.one(sql.type(z.object({ drawings: z.int(), labelled: z.int() }))`
      SELECT count(*)::int AS drawings, count(true_label)::int AS labelled
      FROM predictions WHERE author = ${author}`),
  );
}
