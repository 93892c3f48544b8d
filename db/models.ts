import { sql } from 'slonik';
import { z } from 'zod';
import { bytesSchema, json } from './columns.ts';
import type { Database } from './connection/open-database.ts';
import { championOf, holdAliases, moveChampion } from './promotion.ts';

/** Origin of a version: shipped with the program, trained on the server or in a browser, or imported. */
const sourceSchema = z.enum(['base', 'server', 'browser', 'import']);
const cardSchema = z.looseObject({ version: z.string() });

const modelSchema = z.object({
  version: z.string(),
  parent: z.string().nullable(),
  source: sourceSchema,
  status: z.enum(['candidate', 'refused', 'promoted']),
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
});
export type ListedModel = z.infer<typeof listedSchema>;

export type NewModel = Pick<StoredModel, 'version' | 'card'> & { weights: Uint8Array };
export type Candidate = NewModel & { parent: string; source: 'server' | 'browser' | 'import' };

/**
 * Adds the shipped version if it is missing. It becomes the champion if there is none, or if the champion is an older
 * shipped one; a trained champion stays if its architecture is the shipped one. Resolves to the champion.
 */
export async function ensureBase(db: Database, base: NewModel): Promise<{ version: string }> {
  return db.run(connection =>
    connection.transaction(async transaction => {
      await holdAliases(transaction);
      const added = await transaction.maybeOne(insert({ ...base, parent: null, source: 'base' }));
      const champion = await championOf(transaction);
      // Weights of one architecture have one length. A champion of another length cannot be served.
      const fits = champion?.bytes === base.weights.length;
      // A shipped version that was added earlier is not promoted again: it may have been rolled back.
      if (champion !== null && fits && (champion.source !== 'base' || !added))
        return { version: champion.version };
      if (champion?.version === base.version) return { version: base.version };
      await moveChampion(transaction, {
        version: base.version,
        move: 'shipped',
        by: 'inkling',
        reason: whyShipped(champion, fits),
      });
      return { version: base.version };
    }),
  );
}

function whyShipped(champion: object | null, fits: boolean): string {
  if (champion === null) return 'the shipped version';
  return fits
    ? 'a newer version is shipped'
    : 'a newer version is shipped, of another architecture than the champion';
}

/** Null before `ensureBase`. */
export async function readChampion(db: Database): Promise<{ version: string } | null> {
  const found = await db.run(championOf);
  return found && { version: found.version };
}

export async function loadModel(db: Database, version: string): Promise<StoredModel | null> {
  return db.run(connection =>
    connection.maybeOne(sql.type(storedSchema)`
      SELECT version, parent, source, status, card, weights FROM models WHERE version = ${version}`),
  );
}

/** Newest first, without weights; `before` is the `number` of the last one of the page before. */
export async function listModels(
  db: Database,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<readonly ListedModel[]> {
  const older = before === undefined ? sql.fragment`TRUE` : sql.fragment`number < ${before}`;
  return db.run(connection =>
    connection.any(sql.type(listedSchema)`
      SELECT version, parent, source, status, card, number, verdict, created_at AS at, aliases.name AS alias
      FROM models LEFT JOIN aliases USING (version)
      WHERE ${older}
      ORDER BY number DESC
      LIMIT ${limit}`),
  );
}

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
  weights,
  card,
}: Omit<StoredModel, 'status' | 'weights'> & { weights: Uint8Array }) {
  return sql.type(versionSchema)`
    INSERT INTO models (version, parent, source, status, weights, card)
    VALUES (${version}, ${parent}, ${source}, 'candidate', ${sql.binary(Buffer.from(weights))}, ${json(card)})
    ON CONFLICT (version) DO NOTHING
    RETURNING version`;
}
