import { type DatabaseTransactionConnection, sql } from 'slonik';
import { z } from 'zod';
import { bytesSchema, json } from './columns.ts';
import type { Database } from './connection/open-database.ts';
import { championOf, followed, holdAliases, moveChampion } from './promotion.ts';
import { house } from './rooms.ts';

/** Origin of a version: shipped with the program, trained on the server or in a browser, or imported. */
const sourceSchema = z.enum(['base', 'server', 'browser', 'import']);
const cardSchema = z.looseObject({ version: z.string() });

const modelSchema = z.object({
  version: z.string(),
  parent: z.string().nullable(),
  source: sourceSchema,
  status: z.enum(['candidate', 'refused', 'promoted']),
  /** Where it was trained; '' for the house. */
  room: z.string(),
  card: cardSchema,
});
const storedSchema = modelSchema.extend({ weights: bytesSchema });
export type StoredModel = z.infer<typeof storedSchema>;

const listedSchema = modelSchema.extend({
  /** Sequence number in the order of addition. */
  number: z.int(),
  verdict: z.unknown(),
  at: z.date(),
  alias: z.enum(['champion', 'previous']).nullable(),
  /** Whether its weights are still stored. */
  loadable: z.boolean(),
  /** Number of samples it learned that were erased since. */
  erased: z.int(),
});
export type ListedModel = z.infer<typeof listedSchema>;

export type NewModel = Pick<StoredModel, 'version' | 'card'> & { weights: Uint8Array };
export type Candidate = NewModel & { parent: string; source: 'server' | 'browser' | 'import'; room: string };

/**
 * Adds the shipped version if it is missing. It becomes the house's champion where there is none, and replaces one that
 * an earlier release shipped; a trained champion stays, if it is of the net that is shipped. A room whose champion is of
 * another net follows the house again. Resolves to the house's champion.
 */
export async function ensureBase(db: Database, base: NewModel): Promise<{ version: string }> {
  return db.run(connection =>
    connection.transaction(async transaction => {
      await holdAliases(transaction);
      const added = await transaction.maybeOne(
        insert({ ...base, parent: null, source: 'base', room: house }),
      );
      const champion = await championOf(transaction, house);
      // Weights of one net have one length; weights of another net cannot be served by this release.
      const fits = champion?.bytes === base.weights.length;
      // A shipped version that was there before has had its turn: it may have been rolled back.
      const stays = champion !== null && fits && (champion.source !== 'base' || !added);
      const version = stays ? champion.version : base.version;
      if (version !== champion?.version)
        await moveChampion(transaction, {
          room: house,
          version,
          move: 'shipped',
          by: 'inkling',
          reason: whyShipped(champion, fits),
        });
      if (added) await dropOtherNets(transaction, { version, bytes: base.weights.length });
      return { version };
    }),
  );
}

/** Rooms whose champion has another length follow the house. */
async function dropOtherNets(
  transaction: DatabaseTransactionConnection,
  { version, bytes }: { version: string; bytes: number },
): Promise<void> {
  await transaction.query(sql.unsafe`
    WITH unfit AS (
      SELECT aliases.room, aliases.version FROM aliases JOIN models USING (version)
      WHERE aliases.room <> ${house} AND name = 'champion' AND length(weights) <> ${bytes}
    ), dropped AS (
      DELETE FROM aliases WHERE room IN (SELECT room FROM unfit)
    )
    INSERT INTO promotions (room, version, previous, move, by, reason)
    SELECT room, ${version}, version, 'shipped', 'inkling', 'a newer version is shipped, of another net than the champion'
    FROM unfit`);
}

function whyShipped(champion: object | null, fits: boolean): string {
  if (champion === null) return 'the shipped version';
  return fits
    ? 'a newer version is shipped'
    : 'a newer version is shipped, of another architecture than the champion';
}

/** The version that predicts in a room: its own, or else the house's. Null before `ensureBase`. */
export async function readChampion(db: Database, room: string): Promise<{ version: string } | null> {
  const found = await db.run(connection => championOf(connection, room));
  return found && { version: found.version };
}

/** The champions of the house and of all rooms that have one of their own. */
export async function listChampions(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.run(connection =>
    connection.any(sql.type(z.object({ room: z.string(), version: z.string() }))`
      SELECT room, version FROM aliases WHERE name = 'champion'`),
  );
  return new Map(rows.map(({ room, version }) => [room, version]));
}

/** Null for an unknown version, and for one whose weights were dropped (`isDropped`). */
export async function loadModel(db: Database, version: string): Promise<StoredModel | null> {
  return db.run(connection =>
    connection.maybeOne(sql.type(storedSchema)`
      SELECT version, parent, source, status, room, card, weights FROM models
      WHERE version = ${version} AND weights IS NOT NULL`),
  );
}

/** Whether a version is one of the house's or the room's, or with `room` null of any, and its weights were dropped. */
export async function isDropped(
  db: Database,
  { version, room }: { version: string; room: string | null },
): Promise<boolean> {
  const isSeen = room === null ? sql.fragment`TRUE` : isOfRoom(room);
  return db.run(connection =>
    connection.exists(sql.unsafe`
      SELECT FROM models WHERE version = ${version} AND weights IS NULL AND ${isSeen}`),
  );
}

/**
 * Versions that the house or one room trained or had as champion, newest first, without weights; `before` is the `number` of the last one of the
 * page before. The aliases are those that the room uses: its own, or else the house's.
 */
export async function listModels(
  db: Database,
  { room, before, limit }: { room: string; before?: number | undefined; limit: number },
): Promise<readonly ListedModel[]> {
  const older = before === undefined ? sql.fragment`TRUE` : sql.fragment`number < ${before}`;
  return db.run(connection =>
    connection.any(sql.type(listedSchema)`
      SELECT version, parent, source, status, models.room, card, number, verdict, created_at AS at,
        used.name AS alias, weights IS NOT NULL AS loadable, erased + ${erasedInJobs} AS erased
      FROM models LEFT JOIN (SELECT name, version FROM aliases WHERE room = ${followed(room)}) AS used USING (version)
      WHERE ${isOfRoom(room)} AND ${older}
      ORDER BY number DESC
      LIMIT ${limit}`),
  );
}

/** The house or the room trained the version, or had it as champion. */
const isOfRoom = (room: string) => sql.fragment`
  (models.room IN (${house}, ${room}) OR models.version IN (
    SELECT promotions.version FROM promotions WHERE promotions.room IN (${house}, ${room})))`;

/** Samples that were erased while the job of the version had claimed them. */
const erasedInJobs = sql.fragment`coalesce(
  (SELECT sum(jobs.erased) FROM jobs WHERE jobs.candidate = models.version AND jobs.erased > 0), 0)::int`;

/** Stores a candidate for evaluation. A known version keeps its bytes and status. */
export async function addCandidate(db: Database, candidate: Candidate): Promise<'added' | 'known'> {
  const added = await db.run(connection => connection.maybeOne(insert(candidate)));
  return added ? 'added' : 'known';
}

/** 'unknown': there is no candidate of that version; a promoted version cannot be refused. */
export async function refuseCandidate(
  db: Database,
  { version, verdict }: { version: string; verdict: unknown },
): Promise<'refused' | 'unknown'> {
  const refused = await db.run(connection =>
    connection.maybeOne(sql.type(versionSchema)`
      UPDATE models SET status = 'refused', verdict = ${json(verdict)}
      WHERE version = ${version} AND status <> 'promoted'
      RETURNING version`),
  );
  return refused ? 'refused' : 'unknown';
}

const versionSchema = z.object({ version: z.string() });

function insert({
  version,
  parent,
  source,
  room,
  weights,
  card,
}: Omit<StoredModel, 'status' | 'weights'> & { weights: Uint8Array }) {
  const numbered = source === 'server' || source === 'browser' ? jobNumber(room) : sql.fragment`'{}'::jsonb`;
  return sql.type(versionSchema)`
    INSERT INTO models (version, parent, source, status, room, weights, card)
    VALUES (
      ${version}, ${parent}, ${source}, 'candidate', ${room}, ${sql.binary(Buffer.from(weights))},
      ${json(card)}::jsonb || ${numbered}
    )
    ON CONFLICT (version) DO NOTHING
    RETURNING version`;
}

/** The number of its job in its room, by which people name the version. The card calls it `lesson`. */
const jobNumber = (room: string) => sql.fragment`
  jsonb_build_object('lesson', 1 + (SELECT count(*) FROM models WHERE room = ${room} AND source IN ('server', 'browser')))`;
