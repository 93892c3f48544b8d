import { createDriverFactory, type DriverFactory } from '@slonik/driver';
import type { Client } from 'pg';
import { lost, unavailable } from './database-errors.ts';
import { coded, createClients } from './postgres-client.ts';
import type { ServerAddress } from './server-address.ts';
import { isOfTheDatabase } from './trouble.ts';

/**
 * slonik over node-postgres. Reasons against `@slonik/pg-driver`: it connects while the pool is created, so there is
 * no pool while the server is down; its first connection has no 'error' listener, so a server that goes down at that
 * moment ends the process; and a frozen server blocks it for ever.
 */
export function createPostgresDriver(address: ServerAddress): DriverFactory {
  const connected = createClients(address);
  return createDriverFactory(async ({ driverConfiguration: limits }) => ({
    createPoolClient: async ({ clientEventEmitter }) => {
      // Never removed: slonik removes its own listener before the socket's last 'error' event.
      clientEventEmitter.on('error', () => {});
      let client: Client | undefined;
      let isLost = false;

      return {
        connect: async () => {
          client = await connected({
            connect: milliseconds(limits.connectionTimeout),
            statement: milliseconds(limits.statementTimeout),
            idleInTransaction: milliseconds(limits.idleInTransactionSessionTimeout),
          });
          client.on('error', error => {
            isLost = true;
            clientEventEmitter.emit('error', unavailable(coded(error)));
          });
          client.on('end', () => {
            isLost = true;
          });
        },
        end: async () => client?.end(),
        query: async (sql, values) => {
          if (client === undefined || isLost) throw lost('the connection was lost');
          try {
            const { fields, rowCount, rows } = await client.query<Record<string, unknown>>(sql, values);
            return {
              // slonik requires the field; no code here reads it.
              command: 'SELECT',
              fields: fields.map(({ dataTypeID, name }) => ({ dataTypeId: dataTypeID, name })),
              rowCount,
              rows,
            };
          } catch (error) {
            throw isLost || isOfTheDatabase(error) || isLostConnection(error)
              ? unavailable(coded(error))
              : error;
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

// pg rejects queries before it emits 'error', and its own errors have no code.
function isLostConnection(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(Connection terminated|Client (was closed|has encountered))|ECONNRESET|EPIPE|ETIMEDOUT/.test(
      error.message,
    )
  );
}
