/** The database cannot be used right now, and may be later. Anything else a verb throws is a bug. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  constructor(reason: string, options?: ErrorOptions) {
    super(`the database is not available: ${reason}`, options);
  }
}

/**
 * SQLSTATEs of a server that cannot serve now, by class or whole code
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html): connection exceptions, out of
 * connections, memory or disk, shutting down or starting, a statement timeout, a standby.
 */
const outages = ['08', '53', '57P', '57014', '25006', '58030'];

/** SQLSTATEs of wrong settings: waiting does not heal a wrong password or a database that is not there. */
const misconfigurations = ['28', '3D', '42501'];

export function sqlState(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return sqlState(error.cause);
}

export function isOutage(error: unknown): boolean {
  const state = sqlState(error);
  return outages.some(prefix => state.startsWith(prefix));
}

export function isMisconfiguration(error: unknown): boolean {
  const state = sqlState(error);
  return misconfigurations.some(prefix => state.startsWith(prefix));
}

export function unavailable(cause: unknown): DatabaseUnavailable {
  if (cause instanceof DatabaseUnavailable) return cause;
  return new DatabaseUnavailable(reasonOf(cause), { cause });
}

// A host name with two addresses refuses with an AggregateError, whose own message is empty.
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && !cause.message) return cause.errors.map(reasonOf).join(', ');
  return cause instanceof Error ? cause.message : String(cause);
}
