import { type DatabaseTransactionConnection, type FragmentSqlToken, sql } from 'slonik';
import { roomOf } from './rooms.ts';

/** Advisory lock key, the same in every node: one transaction at a time assigns authors. The number is arbitrary. */
const authorsLock = 1_229_867_852;

/**
 * One author of a room in four is held out, so that a class of twelve has a hold-out to evaluate on. The first three authors
 * are trained on, so that corrections of a small group are learned.
 */
const everyHeldOut = 4;

/**
 * Assigns each author who has labelled in a room since the last call, once and for ever, to the room's training set or
 * its hold-out, in the order of their first label there.
 */
export async function assignHoldOut(transaction: DatabaseTransactionConnection): Promise<void> {
  await holdAuthors(transaction);
  // A separate statement: it must see rows that another transaction committed while this one waited for the lock.
  await transaction.query(sql.unsafe`
    WITH labelling AS (
      SELECT ${roomOf} AS room, author, min(labelled_at) AS since, min(id) AS id
      FROM predictions
      WHERE ${isTrainable}
        AND NOT EXISTS (SELECT FROM authors WHERE authors.author = predictions.author AND authors.room = ${roomOf})
      GROUP BY ${roomOf}, author
    )
    INSERT INTO authors (room, author, held_out)
    SELECT room, author, (
      (SELECT count(*) FROM authors WHERE authors.room = labelling.room)
      + row_number() OVER (PARTITION BY room ORDER BY since, id)
    ) % ${everyHeldOut} = 0
    FROM labelling`);
}

/** Locks the authors to the end of the transaction. */
export async function holdAuthors(transaction: DatabaseTransactionConnection): Promise<void> {
  await transaction.query(sql.unsafe`SELECT pg_advisory_xact_lock(${authorsLock})`);
}

/** A label that two witnesses surely contradict, and that no host has accepted. */
export const isSetAside: FragmentSqlToken = sql.fragment`(set_aside IS NOT NULL AND accepted IS NOT TRUE)`;

/**
 * A row of `predictions` whose label could be used for training or evaluation. Rows of the older application have no
 * raster; a drawing that a host hid, or has not let through, teaches nothing.
 */
export const isLabelled: FragmentSqlToken = sql.fragment`
  (true_label IS NOT NULL AND raster IS NOT NULL AND author IS NOT NULL AND veil IS NULL)`;

/** A labelled row whose label is not set aside. */
export const isTrainable: FragmentSqlToken = sql.fragment`(${isLabelled} AND NOT ${isSetAside})`;

export const isHeldOut: FragmentSqlToken = sql.fragment`
  EXISTS (
    SELECT FROM authors
    WHERE authors.author = predictions.author AND authors.room = ${roomOf} AND held_out
  )`;

/** A label that no promoted version has learned yet and that may be trained on. */
export const isUntrained: FragmentSqlToken = sql.fragment`
  (${isTrainable} AND feedback_processed IS NOT TRUE AND NOT ${isHeldOut})`;
