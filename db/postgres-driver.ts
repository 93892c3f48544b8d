import { createDriverFactory, type DriverFactory } from '@slonik/driver';
import { Client } from 'pg';
import { DatabaseUnavailable, isOutage, unavailable } from './unavailable.ts';

/**
 * slonik over node-postgres. Not `@slonik/pg-driver`: that one connects while the pool is being made, so
 * there is no pool while the server is away; its first connection has no 'error' listener, so a server that
 * goes down in that moment takes the process along; and a frozen server makes it wait for ever.
 */
export function createPostgresDriver(): DriverFactory {
  return createDriverFactory(async ({ driverConfiguration: { connectionUri, ...limits } }) => ({
    createPoolClient: async ({ clientEventEmitter }) => {
      const client = new Client({
        connectionString: connectionUri,
        application_name: 'inkling',
        keepAlive: true,
        connectionTimeoutMillis: milliseconds(limits.connectionTimeout),
        statement_timeout: milliseconds(limits.statementTimeout),
        idle_in_transaction_session_timeout: milliseconds(limits.idleInTransactionSessionTimeout),
      });
      let lost = false;
      // Both stay for good: slonik and pg take their own listeners off before the socket's last word,
      // and an 'error' nobody listens to ends the process.
      clientEventEmitter.on('error', () => {});
      client.on('error', error => {
        lost = true;
        clientEventEmitter.emit('error', unavailable(error));
      });
      client.on('end', () => {
        lost = true;
      });

      return {
        connect: async () => {
          try {
            await client.connect();
          } catch (error) {
            throw unavailable(error);
          }
        },
        end: () => client.end(),
        query: async (sql, values) => {
          if (lost) throw new DatabaseUnavailable('the connection was lost');
          try {
            const { fields, rowCount, rows } = await client.query<Record<string, unknown>>(sql, values);
            return {
              // slonik hands it on; nothing here reads it.
              command: 'SELECT',
              fields: fields.map(({ dataTypeID, name }) => ({ dataTypeId: dataTypeID, name })),
              rowCount,
              rows,
            };
          } catch (error) {
            throw lost || isOutage(error) || isLostConnection(error) ? unavailable(error) : error;
          }
        },
        stream: () => {
          throw new Error('no query is streamed');
        },
      };
    },
  }));
}

function milliseconds(limit: 'DISABLE_TIMEOUT' | number): number {
  return limit === 'DISABLE_TIMEOUT' ? 0 : limit;
}

// pg rejects queries before it emits 'error', and its own errors carry no code.
function isLostConnection(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(Connection terminated|Client (was closed|has encountered))|ECONNRESET|EPIPE|ETIMEDOUT/.test(
      error.message,
    )
  );
}
