import { ConnectionError, type DatabasePool, type DatabasePoolConnection } from 'slonik';
import { tooLate, unavailable } from './database-errors.ts';

/** A verb is one or two statements on indexed rows, which normally take milliseconds. */
export const verbMs = 5_000;

/**
 * Runs `work` on one connection. Rejects with DatabaseUnavailable if no connection is available, if it is lost, or if
 * everything together takes longer than `limitMs`; otherwise with the error of `work`.
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
      // If the inner race rejects, slonik discards the connection, which ends a hanging query; if the outer one
      // rejects, the wait for a connection ends.
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
