import { sql } from 'slonik';
import { z } from 'zod';
import { bytesSchema } from './columns.ts';
import type { Database } from './connection/open-database.ts';
import { isLabelled, isSetAside } from './held-out-authors.ts';
import { updateInOrder } from './lock-order.ts';
import { labelledAgain } from './predictions.ts';
import { inRoom } from './rooms.ts';

const witnessReading = z.object({ digit: z.int(), probability: z.number() });
/** Readings of both witnesses of a label that is set aside. */
export const setAsideSchema = z.object({ champion: witnessReading, plain: witnessReading });
export type SetAsideReadings = z.infer<typeof setAsideSchema>;

const unscreenedSchema = z.object({
  id: z.int(),
  digit: z.int(),
  raster: bytesSchema,
  /** Changes with the ink. */
  ink: z.string(),
});
export type UnscreenedLabel = z.infer<typeof unscreenedSchema>;

/** Untrained labels of a room that its champion has not read as a witness, newest first. */
export async function readUnscreened(
  db: Database,
  { room, champion, limit }: { room: string; champion: string; limit: number },
): Promise<readonly UnscreenedLabel[]> {
  return db.run(connection =>
    connection.any(sql.type(unscreenedSchema)`
      SELECT id, true_label AS digit, raster, md5(raster) AS ink FROM predictions
      WHERE ${isLabelled} AND feedback_processed IS NOT TRUE AND ${inRoom(room)}
        AND accepted IS NOT TRUE AND screened IS DISTINCT FROM ${champion}
      ORDER BY id DESC LIMIT ${limit}`),
  );
}

/** A label that was read; `setAside` is null where a witness believes it. */
export interface ScreenedLabel extends Pick<UnscreenedLabel, 'id' | 'digit' | 'ink'> {
  setAside: SetAsideReadings | null;
}

/** Stores what the witnesses read, except for labels and ink that changed meanwhile. */
export async function recordScreening(
  db: Database,
  { champion, labels }: { champion: string; labels: readonly ScreenedLabel[] },
): Promise<void> {
  if (labels.length === 0) return;
  const given = sql.fragment`jsonb_to_recordset(${JSON.stringify(labels)}::jsonb)
    AS given(id bigint, digit int, ink text, "setAside" jsonb)`;
  await db.run(connection =>
    connection.query(
      sql.unsafe`${updateInOrder({
        set: sql.fragment`screened = ${champion}, set_aside = (
          SELECT nullif("setAside", 'null'::jsonb) FROM ${given} WHERE given.id = predictions.id)`,
        where: sql.fragment`id IN (
          SELECT given.id FROM ${given}
          WHERE given.id = predictions.id AND digit = true_label AND ink = md5(raster))`,
      })}`,
    ),
  );
}

/** Labels that are set aside in a room, and how many of them one person gave at most. */
export interface SetAsideCount {
  labels: number;
  mostOfOne: number;
}

export async function countSetAside(db: Database, room: string): Promise<SetAsideCount> {
  return db.run(connection =>
    connection.one(sql.type(z.object({ labels: z.int(), mostOfOne: z.int() }))`
      SELECT coalesce(sum(count), 0)::int AS labels, coalesce(max(count), 0)::int AS "mostOfOne"
      FROM (
        SELECT count(*) AS count FROM predictions
        WHERE ${isLabelled} AND ${isSetAside} AND ${inRoom(room)} GROUP BY author
      ) AS people`),
  );
}

/**
 * Believes labels of a room that are set aside, or takes them off. Resolves to the drawings that lost their labels.
 * Labels that are not set aside are left alone.
 */
export async function decideSetAside(
  db: Database,
  { room, samples, accept }: { room: string; samples: readonly number[]; accept: boolean },
): Promise<readonly string[]> {
  const where = sql.fragment`
    id = ANY(${sql.array([...samples], 'int8')}) AND ${inRoom(room)} AND ${isSetAside}`;
  const none = { digit: sql.fragment`NULL::int`, at: sql.fragment`NULL` };
  const set = accept ? sql.fragment`accepted = TRUE` : labelledAgain(none);
  const decided = await db.run(connection =>
    connection.any(sql.type(z.object({ drawing: z.string() }))`
      WITH held AS (SELECT id FROM predictions WHERE ${where} ORDER BY drawing FOR UPDATE)
      UPDATE predictions AS known SET ${set} FROM held WHERE known.id = held.id
      RETURNING known.drawing`),
  );
  return accept ? [] : decided.map(({ drawing }) => drawing);
}
