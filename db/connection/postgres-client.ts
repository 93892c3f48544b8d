import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { Client, type ClientConfig, types } from 'pg';
import { CodedError, unavailable } from './database-errors.ts';
import type { ServerAddress, Tls } from './server-address.ts';
import { codeOf, ownCodes } from './trouble.ts';

/** In ms; 0 disables a limit. */
export interface ClientLimits {
  connect: number;
  statement: number;
  idleInTransaction: number;
}

/**
 * Creates connected clients of one server. A pooler in transaction mode, such as pgbouncer, has no session for limits
 * and refuses them as startup parameters. The client then connects again without them, and only `createRun` ends slow
 * work, by closing the connection. Rejects with DatabaseUnavailable.
 */
export function createClients(address: ServerAddress): (limits: ClientLimits) => Promise<Client> {
  /** Features that the server has refused. */
  const without = { limits: false, tls: false };

  return async function connected(limits): Promise<Client> {
    const requested = { limits: !without.limits, tls: !without.tls };
    let client: Client | undefined;
    try {
      client = new Client({
        ...configOf(address),
        ...(!requested.tls && { ssl: false }),
        connectionTimeoutMillis: limits.connect,
        ...(requested.limits && {
          statement_timeout: limits.statement,
          idle_in_transaction_session_timeout: limits.idleInTransaction,
        }),
      });
      // pg reports some refusals only as events. The listener stays: an unhandled 'error' event ends the process.
      const emitted = Promise.withResolvers<never>();
      client.on('error', emitted.reject);
      await Promise.race([client.connect(), emitted.promise]);
      return client;
    } catch (error) {
      client?.end().catch(() => {});
      if (requested.limits && refusesParameter(error)) without.limits = true;
      else if (requested.tls && address.tls?.mode === 'prefer' && refusesTls(error)) without.tls = true;
      else throw unavailable(coded(error));
      return connected(limits);
    }
  };
}

function configOf({ tls, applicationName = 'inkling', ...address }: ServerAddress): ClientConfig {
  return {
    ...address,
    application_name: applicationName,
    keepAlive: true,
    ...(tls && { ssl: tlsOptions(tls) }),
    types: { getTypeParser: parserOf },
  };
}

/** Parses BIGINT and BIGINT[] as numbers, which pg leaves as text: tables of the older application have such keys. */
const parsedAs = new Map<number, number>([
  [types.builtins.INT8, types.builtins.INT4],
  [1016, 1007],
]);
const parserOf: typeof types.getTypeParser = (oid, format) =>
  types.getTypeParser(parsedAs.get(oid) ?? oid, format);

/** Reads the files for every connection, because certificates are renewed. */
function tlsOptions({ mode, rootCert, cert, key }: Tls): ConnectionOptions | false {
  if (mode === 'disable') return false;
  const options = { ca: read(rootCert), cert: read(cert), key: read(key) };
  const signed = mode === 'verify-ca' || (mode === 'require' && rootCert !== undefined);
  if (signed) return { ...options, checkServerIdentity: () => undefined };
  return { ...options, rejectUnauthorized: mode === 'verify-full' };
}

function read(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CodedError(error instanceof Error ? error.message : file, ownCodes.noFile);
  }
}

/**
 * https://www.pgbouncer.org/config.html#ignore_startup_parameters; PostgreSQL-compatible servers may lack the
 * parameter.
 */
function refusesParameter(error: unknown): boolean {
  return error instanceof Error && (/startup parameter/.test(error.message) || codeOf(error) === '42704');
}

function refusesTls(error: unknown): boolean {
  return error instanceof Error && /does not support SSL/.test(error.message);
}

/** Adds a code to pg's own errors, which have none. */
export function coded(error: unknown): unknown {
  if (!(error instanceof Error) || codeOf(error) !== '') return error;
  if (error.message === 'timeout expired') return new CodedError(error.message, ownCodes.late);
  if (/^(Connection terminated|Client (was closed|has encountered))/.test(error.message))
    return new CodedError(error.message, ownCodes.lost);
  return error;
}
