import { type FragmentSqlToken, sql } from 'slonik';
import { z } from 'zod';
import type { Database } from './connection/open-database.ts';
import { isUntrained } from './held-out-authors.ts';
import { house, inRoom, roomOf } from './rooms.ts';

/** Number of labels for each digit. */
export interface DigitCounts {
  /** number[10] */
  labelled: readonly number[];
  /** number[10], labels that contradict the prediction. */
  wrong: readonly number[];
  /** Labels not yet trained on. */
  untrained: number;
}

export async function countByDigit(
  db: Database,
  { room }: { room?: string | undefined } = {},
): Promise<DigitCounts> {
  const there = room === undefined ? sql.fragment`TRUE` : inRoom(room);
  const row = z.object({ digit: z.int(), labelled: z.int(), wrong: z.int(), untrained: z.int() });
  const counts = await db.run(connection =>
    connection.any(sql.type(row)`
      SELECT true_label AS digit, count(*)::int AS labelled,
        (count(*) FILTER (WHERE true_label <> predicted_digit))::int AS wrong,
        (count(*) FILTER (WHERE ${isUntrained}))::int AS untrained
      FROM predictions
      WHERE true_label BETWEEN 0 AND 9 AND ${there}
      GROUP BY true_label`),
  );
  const perDigit = (figure: 'labelled' | 'wrong') =>
    Array.from({ length: 10 }, (_, digit) => counts.find(count => count.digit === digit)?.[figure] ?? 0);
  return {
    labelled: perDigit('labelled'),
    wrong: perDigit('wrong'),
    untrained: counts.reduce((sum, { untrained }) => sum + untrained, 0),
  };
}

/**
 * Untrained labels of authors who are not held out; with `since`, only later ones. A claim assigns the hold-out, so
 * labels of new authors count until then.
 */
export async function countUntrained(
  db: Database,
  { since }: { since?: Date | undefined } = {},
): Promise<number> {
  const recent = since ? sql.fragment`labelled_at > ${since.toISOString()}::timestamptz` : sql.fragment`TRUE`;
  return db.run(connection =>
    connection.oneFirst(sql.type(z.object({ count: z.int() }))`
      SELECT count(*)::int AS count FROM predictions WHERE ${isUntrained} AND ${recent}`),
  );
}

/** Number of labels that confirm or correct a version's predictions. */
export interface Answers {
  confirmed: number;
  corrected: number;
  /** Number of distinct authors of the corrections. */
  correctors: number;
}

const answersSchema = z.object({ confirmed: z.int(), corrected: z.int(), correctors: z.int() });

/** Newest answers that count: of one author, and of these of one network, however many sessions one person opens. */
const counted = { perAuthor: 5, perNetwork: 10 };

/** The answers in a room; of the house's champion, those in all rooms. */
export async function countAnswers(
  db: Database,
  { room, version, ...limits }: { room: string; version: string; perAuthor?: number; perNetwork?: number },
): Promise<Answers> {
  const of = { room: sql.fragment`${room}::text`, version: sql.fragment`${version}::text` };
  return db.run(connection =>
    connection.one(sql.type(answersSchema)`SELECT * FROM (${answersOf(of, limits)}) AS answers`),
  );
}

/** A champion that was promoted last in its room, with the answers to its predictions and to those of the one before. */
export interface Probation {
  room: string;
  version: string;
  previous: string;
  now: Answers;
  before: Answers;
}

/** Of the given rooms, those in which nothing happened to the champion since a promotion. */
export async function readProbations(db: Database, rooms: readonly string[]): Promise<readonly Probation[]> {
  const row = z.object({
    room: z.string(),
    version: z.string(),
    previous: z.string(),
    now: answersSchema,
    before: answersSchema,
  });
  const ofNow = { room: sql.fragment`last.room`, version: sql.fragment`last.version` };
  const ofBefore = { room: sql.fragment`last.room`, version: sql.fragment`last.previous` };
  return db.run(connection =>
    connection.any(sql.type(row)`
      SELECT room, version, previous, to_jsonb(now) AS now, to_jsonb(before) AS before
      FROM (
        SELECT DISTINCT ON (room) room, version, previous, move FROM promotions
        WHERE room = ANY(${sql.array([...rooms], 'text')}) ORDER BY room, id DESC
      ) AS last
      CROSS JOIN LATERAL (${answersOf(ofNow)}) AS now
      CROSS JOIN LATERAL (${answersOf(ofBefore)}) AS before
      WHERE move = 'promoted' AND previous IS NOT NULL`),
  );
}

function answersOf(
  { room, version }: { room: FragmentSqlToken; version: FragmentSqlToken },
  { perAuthor = counted.perAuthor, perNetwork = counted.perNetwork } = {},
): FragmentSqlToken {
  return sql.fragment`
    SELECT (count(*) FILTER (WHERE true_label = predicted_digit))::int AS confirmed,
      (count(*) FILTER (WHERE true_label <> predicted_digit))::int AS corrected,
      (count(DISTINCT author) FILTER (WHERE true_label <> predicted_digit))::int AS correctors
    FROM (
      SELECT author, true_label, predicted_digit,
        row_number() OVER (PARTITION BY coalesce(network, author) ORDER BY labelled_at DESC, id DESC) AS nth
      FROM (
        SELECT id, author, true_label, predicted_digit, labelled_at,
          row_number() OVER (PARTITION BY author ORDER BY labelled_at DESC, id DESC) AS nth_of_author
        FROM predictions
        WHERE true_label IS NOT NULL AND predicted_digit IS NOT NULL AND veil IS NULL
          AND model = ${version} AND (${room} = ${house} OR ${roomOf} = ${room})
      ) AS all_answers LEFT JOIN networks USING (author)
      WHERE nth_of_author <= ${perAuthor}
    ) AS answers
    WHERE nth <= ${perNetwork}`;
}
