import { type DatabaseTransactionConnection, type FragmentSqlToken, sql } from 'slonik';
import { z } from 'zod';
import type { Database } from './connection/open-database.ts';
import { eraseRows, holdForErasure } from './erasure.ts';
import { rowOrder, updateInOrder } from './lock-order.ts';

/** A host's decisions about a room. People are named by session, drawings by id, newest last. */
export const roomStateSchema = z.object({
  /** The name as its maker wrote it; empty if it is that of the address. */
  title: z.string().default(''),
  names: z.enum(['given', 'made_up', 'none']).default('given'),
  /** Drawings are shown only when they are let through. */
  museum: z.boolean().default(false),
  /** Nobody but a host draws. */
  frozen: z.boolean().default(false),
  /** Nobody new enters. */
  locked: z.boolean().default(false),
  teach: z.enum(['everybody', 'host']).default('everybody'),
  paused: z.array(z.string()).default([]),
  nameless: z.array(z.string()).default([]),
  hidden: z.array(z.string()).default([]),
  /** Drawings that were let through. */
  shown: z.array(z.string()).default([]),
  /** Sessions that were in the room when it was locked. */
  inside: z.array(z.string()).default([]),
  /** Drawings begun until then are off the wall, in milliseconds of the era; what was cleared before stands behind it. */
  cleared: z.array(z.number()).default([]),
  /** Counts the changes. */
  revision: z.int().default(0),
});
export type RoomState = z.infer<typeof roomStateSchema>;

export const initialState: RoomState = roomStateSchema.parse({});

const roomSchema = z.object({
  name: z.string(),
  /** Null in a room without a host of its own. */
  keyHash: z.string().nullable(),
  state: roomStateSchema,
  ended: z.boolean(),
});
/** A room with a host, with rules, or with an end. */
export type HostedRoom = z.infer<typeof roomSchema>;

const roomColumns = sql.fragment`
  name, host_key AS "keyHash", settings AS state, ended_at IS NOT NULL AS ended`;

/** Makes a room. 'taken': somebody made it before, or drew in it. The name of an ended room may be used again. */
export async function makeRoom(
  db: Database,
  { name, keyHash, title }: { name: string; keyHash: string; title: string },
): Promise<'made' | 'taken'> {
  const settings = JSON.stringify({ title });
  const made = await db.run(connection =>
    connection.maybeOne(sql.type(z.object({ name: z.string() }))`
      INSERT INTO rooms AS known (name, host_key, settings)
      SELECT ${name}, ${keyHash}, ${settings}::jsonb
      WHERE NOT EXISTS (SELECT FROM predictions WHERE room = ${name})
      ON CONFLICT (name) DO UPDATE
        SET host_key = excluded.host_key, settings = excluded.settings, created_at = now(), ended_at = NULL
        WHERE known.ended_at IS NOT NULL
      RETURNING name`),
  );
  return made === null ? 'taken' : 'made';
}

/** The rooms of those names that have a row. */
export async function readRooms(db: Database, names: readonly string[]): Promise<readonly HostedRoom[]> {
  return db.run(connection =>
    connection.any(sql.type(roomSchema)`
      SELECT ${roomColumns} FROM rooms WHERE name = ANY(${sql.array(names, 'text')})`),
  );
}

/** Applies a change of a host, one after the other for each room. Veils of stored drawings change with it. */
export async function changeRoom(
  db: Database,
  { room, change }: { room: string; change: (state: RoomState) => RoomState },
): Promise<HostedRoom | 'ended'> {
  return db.run(connection =>
    connection.transaction(async transaction => {
      await transaction.query(
        sql.unsafe`INSERT INTO rooms (name) VALUES (${room}) ON CONFLICT (name) DO NOTHING`,
      );
      const known = await holdRoom(transaction, room);
      if (known.ended) return 'ended';
      const state = { ...change(known.state), revision: known.state.revision + 1 };
      await transaction.query(sql.unsafe`
        UPDATE rooms SET settings = ${JSON.stringify(state)}::jsonb WHERE name = ${room}`);
      await moveVeils(transaction, { room, before: known.state, after: state });
      return { ...known, state };
    }),
  );
}

/** Gives the room another key; earlier keys open nothing from then on. */
export async function renewHostKey(
  db: Database,
  { room, keyHash }: { room: string; keyHash: string },
): Promise<HostedRoom | 'unknown'> {
  const renewed = await db.run(connection =>
    connection.maybeOne(sql.type(roomSchema)`
      UPDATE rooms SET host_key = ${keyHash} WHERE name = ${room} AND ended_at IS NULL RETURNING ${roomColumns}`),
  );
  return renewed ?? 'unknown';
}

/** Ends the room and erases all drawings, labels and versions of it. Only the name stays, as ended. */
export async function endRoom(db: Database, room: string): Promise<void> {
  await db.run(connection =>
    connection.transaction(async transaction => {
      await holdForErasure(transaction);
      await eraseLearned(transaction, room);
      await transaction.query(sql.unsafe`
        INSERT INTO rooms (name, ended_at) VALUES (${room}, now())
        ON CONFLICT (name) DO UPDATE SET host_key = NULL, settings = '{}', ended_at = now()`);
      await eraseRows(
        transaction,
        sql.fragment`SELECT id FROM predictions WHERE room = ${room} ORDER BY ${rowOrder} FOR UPDATE`,
      );
    }),
  );
}

/** A version that the house took stays, as everybody's. */
async function eraseLearned(transaction: DatabaseTransactionConnection, room: string): Promise<void> {
  for (const table of ['aliases', 'promotions', 'jobs', 'authors'])
    await transaction.query(sql.unsafe`DELETE FROM ${sql.identifier([table])} WHERE room = ${room}`);
  await transaction.query(sql.unsafe`
    DELETE FROM models WHERE room = ${room}
      AND version NOT IN (SELECT version FROM aliases)
      AND version NOT IN (SELECT version FROM promotions UNION SELECT previous FROM promotions WHERE previous IS NOT NULL)`);
}

async function holdRoom(transaction: DatabaseTransactionConnection, room: string): Promise<HostedRoom> {
  return transaction.one(
    sql.type(roomSchema)`SELECT ${roomColumns} FROM rooms WHERE name = ${room} FOR UPDATE`,
  );
}

/** The veil of a row's `drawing` by the `settings` of its room. */
export function veilOf(settings: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`CASE
    WHEN ${settings}->'hidden' @> to_jsonb(drawing::text) THEN 'hidden'
    WHEN (${settings}->>'museum')::boolean AND (${settings}->'shown' @> to_jsonb(drawing::text)) IS NOT TRUE
      THEN 'waiting'
  END`;
}

async function moveVeils(
  transaction: DatabaseTransactionConnection,
  { room, before, after }: { room: string; before: RoomState; after: RoomState },
): Promise<void> {
  const touched = [
    ...difference(before.hidden, after.hidden),
    ...(after.museum ? difference(before.shown, after.shown) : []),
  ];
  const ends = before.museum && !after.museum;
  if (touched.length === 0 && !ends) return;
  const settings = sql.fragment`${JSON.stringify(after)}::jsonb`;
  await transaction.query(
    sql.unsafe`${updateInOrder({
      set: sql.fragment`veil = ${veilOf(settings)}`,
      where: sql.fragment`room = ${room}
        AND (drawing = ANY(${sql.array(touched, 'uuid')}) OR (${ends} AND veil = 'waiting'))`,
    })}`,
  );
}

function difference(one: readonly string[], other: readonly string[]): string[] {
  return [...one.filter(each => !other.includes(each)), ...other.filter(each => !one.includes(each))];
}
