import { type DatabaseTransactionConnection, type FragmentSqlToken, sql } from 'slonik';

/** Any number, the same in every node: authors are counted by one at a time. */
const authorsLock = 1_229_867_852;

/**
 * One author in four is held out: enough that a class of twelve has strangers to be checked with. The first
 * three teach, so that a small table sees its corrections learned.
 */
const everyHeldOut = 4;

/**
 * Decides, once and for ever, which of the authors who labelled since the last time teach and which are held
 * out, in the order in which they first said something.
 */
export async function assignHoldOut(transaction: DatabaseTransactionConnection): Promise<void> {
  await transaction.query(sql.unsafe`SELECT pg_advisory_xact_lock(${authorsLock})`);
  // Its own statement: it has to see what another one committed while this one waited for the lock.
  await transaction.query(sql.unsafe`
    INSERT INTO authors (author, held_out)
    SELECT author, (
      (SELECT count(*) FROM authors) + row_number() OVER (ORDER BY min(labelled_at), min(id))
    ) % ${everyHeldOut} = 0
    FROM predictions
    WHERE ${isTrainable} AND author NOT IN (SELECT author FROM authors)
    GROUP BY author`);
}

/** A row of `predictions` that a model can be taught or checked with: rows of the older application have no raster. */
export const isTrainable: FragmentSqlToken = sql.fragment`
  (true_label IS NOT NULL AND raster IS NOT NULL AND author IS NOT NULL)`;

export const isHeldOut: FragmentSqlToken = sql.fragment`
  EXISTS (SELECT FROM authors WHERE authors.author = predictions.author AND held_out)`;

/** A label that a model can still learn. */
export const isUntrained: FragmentSqlToken = sql.fragment`
  (${isTrainable} AND feedback_processed IS NOT TRUE AND NOT ${isHeldOut})`;
