import { type FragmentSqlToken, sql } from 'slonik';

/**
 * The order in which every verb takes its locks. It prevents deadlocks between verbs, which PostgreSQL resolves only
 * after a second, by an error to one of them:
 *
 * 1. the advisory lock of the schema (`applySchema`)
 * 2. the advisory lock of the aliases (`holdAliases`), and with it rows of `models`, `aliases` and `promotions`
 * 3. the row of the job (`holdJob`)
 * 4. the advisory lock of the authors (`assignHoldOut`), and with it rows of `authors`
 * 5. the row of the room in `rooms`
 * 6. rows of `predictions`, in the order of `drawing`: the one order that rows have before they are inserted
 *
 * A verb that writes one row and holds no other lock needs no order. A verb that uses SKIP LOCKED does not wait.
 */
export const rowOrder: FragmentSqlToken = sql.fragment`drawing`;

/** Updates the rows of `predictions` that match `where`, after locking them in order. */
export function updateInOrder({
  set,
  where,
}: {
  set: FragmentSqlToken;
  where: FragmentSqlToken;
}): FragmentSqlToken {
  return sql.fragment`
    WITH held AS (SELECT id FROM predictions WHERE ${where} ORDER BY ${rowOrder} FOR UPDATE)
    UPDATE predictions SET ${set} FROM held WHERE predictions.id = held.id`;
}
