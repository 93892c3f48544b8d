import type { PGlite } from '@electric-sql/pglite';
import { createDriverFactory, type DriverFactory } from '@slonik/driver';
import { unavailable } from './database-errors.ts';
import type { DiskGuard } from './disk-guard.ts';
import { isOfTheDatabase } from './trouble.ts';

/** Statements that write nothing or end a transaction. All others need room on the disk first. */
const harmless = /^\s*(SELECT|COMMIT|ROLLBACK|RELEASE|SET|SHOW)\b/i;

/** slonik over a running PGlite: for a pool of one, because PGlite is one session. Closing the pool leaves PGlite open. */
export function createPgliteDriver(pglite: PGlite, guard: DiskGuard): DriverFactory {
  return createDriverFactory(async () => ({
    createPoolClient: async () => ({
      connect: async () => {},
      // The PGlite session outlives slonik's connection: without ROLLBACK an abandoned transaction would swallow the
      // next writes.
      end: async () => {
        if (!pglite.closed) await pglite.exec('ROLLBACK');
      },
      query: async (sql, values) => {
        if (!harmless.test(sql)) await guard.check();
        try {
          const result = await pglite.query<Record<string, unknown>>(sql, values);
          return {
            // slonik requires the field; no code here reads it.
            command: 'SELECT',
            fields: result.fields.map(({ dataTypeID, name }) => ({ dataTypeId: dataTypeID, name })),
            rowCount: result.affectedRows ?? result.rows.length,
            rows: result.rows,
          };
        } catch (error) {
          throw isOfTheDatabase(error) || pglite.closed ? unavailable(error) : error;
        }
      },
      stream: () => {
        throw new Error('no query is streamed');
      },
    }),
  }));
}
