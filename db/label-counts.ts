import { sql } from 'slonik';
import { z } from 'zod';
import type { Database } from './connection/open-database.ts';
import { isUntrained } from './held-out-authors.ts';
import { house, inRoom } from './rooms.ts';

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

/**
 * Of the answers in a room; of the house's, everywhere. Counts at most the newest `perAuthor` answers of each author, and of these at most the newest `perNetwork` of each
 * network, so that one person cannot trigger a rollback, however many sessions they open.
 */
export async function countAnswers(
  db: Database,
  {
    room,
    version,
    perAuthor = 5,
    perNetwork = 10,
  }: { room: string; version: string; perAuthor?: number; perNetwork?: number },
): Promise<Answers> {
  const row = z.object({ confirmed: z.int(), corrected: z.int(), correctors: z.int() });
  return db.run(connection =>
    connection.one(sql.type(row)`
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
            AND model = ${version}
            AND ${room === house ? sql.fragment`TRUE` : inRoom(room)}
        ) AS all_answers LEFT JOIN networks USING (author)
        WHERE nth_of_author <= ${perAuthor}
      ) AS answers
      WHERE nth <= ${perNetwork}`),
  );
}
