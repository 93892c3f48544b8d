import { ConnectionError, type DatabasePool, type DatabasePoolConnection } from 'slonik';
import { tooLate, unavailable } from './database-errors.ts';

/** A verb is one or two statements on indexed rows: milliseconds when all is well. */
export const verbMs = 5_000;

/**
 * Runs `work` on one connection. Rejects with DatabaseUnavailable when there is none, when it is lost, or
 * when all together takes longer than `limitMs`; with what `work` throws otherwise.
 */
export type Run = <Result>(
  work: (connection: DatabasePoolConnection) => Promise<Result>,
  limitMs?: number,
) => Promise<Result>;

export function createRun(pool: DatabasePool, usualMs = verbMs): Run {
  return async (work, limitMs = usualMs) => {
    const late = Promise.withResolvers<never>();
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      late.reject(tooLate(limitMs));
    }, limitMs);
    try {
      // Losing the race inside makes slonik throw the connection away, which ends a query that hangs;
      // losing it outside ends the wait for a connection.
      return await Promise.race([
        pool.connect(async connection =>
          over ? late.promise : Promise.race([work(connection), late.promise]),
        ),
        late.promise,
      ]);
    } catch (error) {
      throw error instanceof ConnectionError ? unavailable(error.cause ?? error) : error;
    } finally {
      clearTimeout(timer);
    }
  };
}
