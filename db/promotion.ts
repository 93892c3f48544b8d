import {
  type CommonQueryMethods,
  type DatabaseTransactionConnection,
  type FragmentSqlToken,
  sql,
} from 'slonik';
import { z } from 'zod';
import { json } from './columns.ts';
import type { Database } from './connection/open-database.ts';
import { holdJob, type JobRun } from './jobs.ts';
import { updateInOrder } from './lock-order.ts';
import { house, inRoom, roomOf } from './rooms.ts';

const moveSchema = z.enum(['shipped', 'promoted', 'rolled_back']);
const promotionSchema = z.object({
  id: z.int(),
  /** Room whose champion moved; '' for the house. */
  room: z.string(),
  version: z.string(),
  /** The champion before this one; null for the first. */
  previous: z.string().nullable(),
  move: moveSchema,
  at: z.date(),
  by: z.string(),
  reason: z.string(),
  card: z.looseObject({ version: z.string() }),
});
export type Promotion = z.infer<typeof promotionSchema>;

/** Advisory lock key, the same in every node: one transaction at a time moves the champion. The number is arbitrary. */
const aliasesLock = 1_229_867_853;

/**
 * Makes a version the champion of a room, or of the house, in one transaction. With a `job`, also ends it and marks its claimed samples as
 * trained, except labels that changed meanwhile. 'outdated': the champion is no longer the one that the version was
 * compared with. 'dropped': its weights are no longer stored. 'unfit': its architecture is not the champion's. 'not_running': the job was cancelled or belongs to
 * another runner. Repeating the call is harmless.
 */
export async function promoteModel(
  db: Database,
  promotion: {
    room: string;
    version: string;
    expectedChampion: string;
    by: string;
    reason: string;
    verdict?: unknown;
    job?: JobRun | undefined;
  },
): Promise<'promoted' | 'outdated' | 'unknown' | 'dropped' | 'unfit' | 'not_running'> {
  const { room, version, expectedChampion, by, reason, verdict, job } = promotion;
  return db.run(connection =>
    connection.transaction(async transaction => {
      await holdAliases(transaction);
      if (!(await isKnown(transaction, sql.fragment`version = ${version}`))) return 'unknown';
      const champion = await championOf(transaction, room);
      const already = champion?.version === version;
      if (!already && champion?.version !== expectedChampion) return 'outdated';
      if (await isDropped(transaction, version)) return 'dropped';
      if (!(await fits(transaction, version))) return 'unfit';
      if (job && !(await holdJob(transaction, job))) return already ? 'promoted' : 'not_running';
      if (!already) await moveChampion(transaction, { room, version, move: 'promoted', by, reason });
      if (verdict !== undefined)
        await transaction.query(sql.unsafe`
          UPDATE models SET verdict = ${json(verdict)} WHERE version = ${version}`);
      if (!job) return 'promoted';
      await transaction.query(
        sql.unsafe`${updateInOrder({
          set: sql.fragment`feedback_processed = TRUE, trained_in = ${version}, claimed_by = NULL`,
          where: sql.fragment`claimed_by = ${job.id}::uuid`,
        })}`,
      );
      await transaction.query(sql.unsafe`
        UPDATE jobs SET state = 'promoted', candidate = ${version}, message = ${reason},
          verdict = ${json(verdict)}, ended_at = now()
        WHERE id = ${job.id}::uuid`);
      return 'promoted';
    }),
  );
}

/**
 * Makes an earlier champion the champion again: `to`, or else the previous one. The replaced champion becomes the
 * previous one, so a second rollback undoes the first; `expectedChampion` prevents that for two simultaneous requests
 * ('outdated'). 'unknown': the version was never champion; 'dropped': its weights are no longer stored; 'unfit': its architecture is not the champion's. Labels
 * count as trained if the champion or one of its ancestors learned them; labels that only the replaced version
 * learned can be trained on again.
 */
export async function rollBack(
  db: Database,
  {
    room,
    to,
    by,
    reason,
    expectedChampion,
  }: {
    room: string;
    to?: string | undefined;
    by: string;
    reason: string;
    expectedChampion?: string | undefined;
  },
): Promise<{ version: string } | 'unknown' | 'dropped' | 'outdated' | 'unfit'> {
  return db.run(connection =>
    connection.transaction(async transaction => {
      await holdAliases(transaction);
      const champion = await championOf(transaction, room);
      if (expectedChampion !== undefined && champion?.version !== expectedChampion) return 'outdated';
      const version = to ?? (await previousOf(transaction, room));
      if (version === null) return 'unknown';
      const wasChampion = sql.fragment`version = ${version} AND status = 'promoted' AND EXISTS (
        SELECT FROM promotions WHERE promotions.version = models.version AND room IN (${house}, ${room})
      )`;
      if (!(await isKnown(transaction, wasChampion))) return 'unknown';
      if (await isDropped(transaction, version)) return 'dropped';
      if (!(await fits(transaction, version))) return 'unfit';
      if (champion?.version === version) return { version };
      await moveChampion(transaction, { room, version, move: 'rolled_back', by, reason });
      await forgetLabels(transaction, { room, version });
      return { version };
    }),
  );
}

/**
 * A room drops its champion and follows the house again. 'unknown': it has no champion of its own. Its labels can be
 * trained on again, but for those that the house's champion learned.
 */
export async function followHouse(
  db: Database,
  { room, by, reason }: { room: string; by: string; reason: string },
): Promise<{ version: string } | 'unknown'> {
  return db.run(connection =>
    connection.transaction(async transaction => {
      await holdAliases(transaction);
      const champion = await championOf(transaction, house);
      const isOwn = await transaction.exists(sql.unsafe`
        SELECT FROM aliases WHERE room = ${room} AND room <> ${house} AND name = 'champion'`);
      if (champion === null || !isOwn) return 'unknown';
      const { version } = champion;
      await moveChampion(transaction, { room, version, move: 'rolled_back', by, reason });
      await transaction.query(sql.unsafe`DELETE FROM aliases WHERE room = ${room}`);
      await forgetLabels(transaction, { room, version });
      return { version };
    }),
  );
}

/** Marks the labels that `version`, now champion, has learned, and no others. */
async function forgetLabels(
  transaction: DatabaseTransactionConnection,
  { room, version }: { room: string; version: string },
): Promise<void> {
  const followers = sql.fragment`NOT EXISTS (SELECT FROM aliases WHERE aliases.room = ${roomOf})`;
  await transaction.query(
    sql.unsafe`${updateInOrder({
      set: sql.fragment`feedback_processed = ${isLearnedBy(version)}, claimed_by = NULL`,
      where: sql.fragment`
        trained_in IS NOT NULL AND feedback_processed IS DISTINCT FROM ${isLearnedBy(version)}
        AND ${room === house ? followers : inRoom(room)}`,
    })}`,
  );
}

/** Whether the version or one of its ancestors learned a row of `predictions`. */
function isLearnedBy(version: string): FragmentSqlToken {
  return sql.fragment`(trained_in IN (
    WITH RECURSIVE ancestors AS (
      SELECT version, parent FROM models WHERE version = ${version}
      UNION SELECT models.version, models.parent FROM models JOIN ancestors ON models.version = ancestors.parent
    )
    SELECT version FROM ancestors))`;
}

/**
 * Moves of the champion that a room predicted with, newest first: the house's until the room had one of its own, then
 * the room's.
 */
export async function history(
  db: Database,
  { room, limit = 200 }: { room: string; limit?: number },
): Promise<readonly Promotion[]> {
  return db.run(connection =>
    connection.any(sql.type(promotionSchema)`
      SELECT promotions.id, promotions.room, version, previous, move, at, by, reason, card
      FROM promotions JOIN models USING (version)
      WHERE promotions.room = ${room} OR promotions.room = ${house} AND promotions.id < coalesce(
        (SELECT min(id) FROM promotions WHERE room = ${room} AND room <> ${house}), ${maxId})
      ORDER BY promotions.id DESC
      LIMIT ${limit}`),
  );
}
const maxId = 2_147_483_647;

/** Locks the aliases to the end of the transaction. */
export async function holdAliases(transaction: DatabaseTransactionConnection): Promise<void> {
  await transaction.query(sql.unsafe`SELECT pg_advisory_xact_lock(${aliasesLock})`);
}

/** The room whose aliases a room uses: its own if it has a champion, or else the house. */
export function followed(room: string): FragmentSqlToken {
  return sql.fragment`(
    SELECT coalesce(max(room), ${house}) FROM aliases WHERE room = ${room} AND name = 'champion')`;
}

export async function championOf(
  connection: Pick<CommonQueryMethods, 'maybeOne'>,
  room: string,
): Promise<z.output<typeof championSchema> | null> {
  return connection.maybeOne(sql.type(championSchema)`
    SELECT version, source, length(weights) AS bytes
    FROM aliases JOIN models USING (version) WHERE name = 'champion' AND aliases.room = ${followed(room)}`);
}
const championSchema = z.object({ version: z.string(), source: z.string(), bytes: z.int() });

/** Whether a version has the champion's architecture: weights of one architecture have one length. */
async function fits(transaction: DatabaseTransactionConnection, version: string): Promise<boolean> {
  return transaction.exists(sql.unsafe`
    SELECT 1 FROM models JOIN aliases ON name = 'champion' AND aliases.room = ${house}
      JOIN models served ON served.version = aliases.version
    WHERE models.version = ${version} AND length(models.weights) = length(served.weights)`);
}

/** Whether the weights of a version were dropped (`dropWeights`). */
async function isDropped(transaction: DatabaseTransactionConnection, version: string): Promise<boolean> {
  return isKnown(transaction, sql.fragment`version = ${version} AND weights IS NULL`);
}

/** Requires a transaction that holds the aliases and a version that is not the champion. */
export async function moveChampion(
  transaction: DatabaseTransactionConnection,
  { room, version, move, by, reason }: Pick<Promotion, 'room' | 'version' | 'move' | 'by' | 'reason'>,
): Promise<void> {
  const champion = sql.fragment`SELECT version FROM aliases WHERE name = 'champion' AND room = ${followed(room)}`;
  await transaction.query(sql.unsafe`
    INSERT INTO promotions (room, version, previous, move, by, reason)
    VALUES (${room}, ${version}, (${champion}), ${move}, ${by}, ${reason})`);
  await transaction.query(sql.unsafe`
    INSERT INTO aliases (room, name, version)
    SELECT ${room}, 'previous', version FROM (${champion}) AS replaced
    UNION ALL SELECT ${room}, 'champion', ${version}
    ON CONFLICT (room, name) DO UPDATE SET version = excluded.version`);
  await transaction.query(sql.unsafe`UPDATE models SET status = 'promoted' WHERE version = ${version}`);
}

async function previousOf(transaction: DatabaseTransactionConnection, room: string): Promise<string | null> {
  return transaction.maybeOneFirst(sql.type(z.object({ version: z.string() }))`
    SELECT version FROM aliases WHERE name = 'previous' AND room = ${room}`);
}

async function isKnown(
  transaction: DatabaseTransactionConnection,
  which: FragmentSqlToken,
): Promise<boolean> {
  return transaction.exists(sql.unsafe`SELECT FROM models WHERE ${which}`);
}
