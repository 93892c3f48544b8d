/** Why the database cannot be used. */
export interface Trouble {
  /** A sentence for the operator. It contains no host, user or secret: the page shows it to everybody. */
  reason: string;
  /** The message of the server, the network or the driver. For the log only. */
  detail: string;
  /** Whether waiting helps. If not, a setting or the database must change. */
  passing: boolean;
}

/** Codes for conditions without an SQLSTATE or Node code. */
export const ownCodes = {
  late: 'LATE',
  lost: 'LOST',
  noFile: 'NO_FILE',
  diskFull: 'DISK_FULL',
  noFolder: 'NO_FOLDER',
} as const;

interface Kind {
  /** SQLSTATEs and Node codes, or their prefixes. A pooler uses PostgreSQL's codes. */
  codes: readonly string[];
  /** Pattern of the message, where the code is ambiguous. */
  message?: RegExp;
  reason: string;
  passing: boolean;
}

/** The first match wins. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const kinds: readonly Kind[] = [
  {
    codes: ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'],
    reason: 'The host of the database is not known: check its name in DB_HOST or DATABASE_URL.',
    passing: true,
  },
  {
    codes: ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ETIMEDOUT'],
    reason: 'Nothing answers at the address of the database: check that it runs, and its host and port.',
    passing: true,
  },
  {
    codes: ['ENOENT', 'ENOTSOCK'],
    reason: 'The folder has no socket of the database: check that it runs, and DB_HOST and DB_PORT.',
    passing: true,
  },
  {
    codes: ['EACCES', 'EPERM'],
    reason: 'This user of the system may not use the socket of the database.',
    passing: false,
  },
  {
    codes: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    reason:
      'Nobody whom this machine trusts has signed the certificate of the database: name the file of its root certificate in DB_SSLROOTCERT, or as sslrootcert in DATABASE_URL.',
    passing: false,
  },
  {
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    reason: 'The certificate of the database is for another host than DB_HOST or DATABASE_URL names.',
    passing: false,
  },
  { codes: ['CERT_'], reason: 'The certificate of the database is not valid today.', passing: true },
  {
    codes: [''],
    message: /does not support SSL/,
    reason: 'The database has no TLS: change DB_SSLMODE, or sslmode in DATABASE_URL.',
    passing: false,
  },
  {
    codes: ['28', '08'],
    message: /no encryption|SSL(\/TLS)? (is )?required/i,
    reason: 'The database wants TLS: set DB_SSLMODE=require, or sslmode=require in DATABASE_URL.',
    passing: false,
  },
  {
    codes: [ownCodes.noFile],
    reason: 'A file of certificates that the settings name cannot be read.',
    passing: false,
  },
  {
    codes: ['28P01'],
    reason:
      'The database refuses the password: check DB_USER and DB_PASSWORD, or DATABASE_URL, where both are percent-encoded.',
    passing: false,
  },
  {
    codes: [''],
    message: /client password must be/,
    reason: 'The database wants a password: set DB_PASSWORD, or add it to DATABASE_URL.',
    passing: false,
  },
  {
    codes: ['28'],
    reason: 'The database refuses this user on this machine: check DB_USER or DATABASE_URL, and pg_hba.conf.',
    passing: false,
  },
  {
    codes: ['3D'],
    reason: 'The server has no database of this name: check DB_NAME or DATABASE_URL.',
    passing: false,
  },
  {
    codes: ['42501'],
    reason: 'The database user lacks a right: it has to own its tables, or be allowed to create them.',
    passing: false,
  },
  {
    codes: ['08P01'],
    message: /startup parameter/,
    reason:
      'A pooler in front of the database refuses a parameter: leave options out of DATABASE_URL, or add it to ignore_startup_parameters.',
    passing: false,
  },
  {
    codes: ['53'],
    reason: 'The database has no room for another connection, or no memory or disk left.',
    passing: true,
  },
  {
    codes: [ownCodes.diskFull],
    reason: 'The disk of the data folder is full: make room on it, and drawings are stored again.',
    passing: true,
  },
  {
    codes: [ownCodes.noFolder],
    reason:
      'The data folder is gone or cannot be written to: bring it back, or give this user the right to it.',
    passing: true,
  },
  {
    codes: ['42P01'],
    reason:
      'The database has lost tables of Inkling: restore them from a backup, or start Inkling anew for empty ones.',
    passing: true,
  },
  { codes: ['57P'], reason: 'The database starts or stops.', passing: true },
  { codes: ['25006'], reason: 'The database is read-only.', passing: true },
  {
    codes: ['57014', ownCodes.late],
    reason: 'The database does not answer in time.',
    passing: true,
  },
  {
    codes: ['08P01'],
    reason: 'The database, or a pooler in front of it, refuses the connection: its own words are in the log.',
    passing: true,
  },
  {
    codes: ['58P'],
    reason: 'The database cannot use a file of its own: its own words are in the log.',
    passing: true,
  },
  {
    codes: ['ECONNRESET', 'EPIPE', '08', '58030', ownCodes.lost],
    reason: 'The database ended the connection, or the network did.',
    passing: true,
  },
];

const unknown = { reason: 'The database cannot be used: its own words are in the log.', passing: true };

/** SQLSTATEs of a query that failed because of the database's state or settings, not because of the query. */
const ofTheDatabase = ['08', '53', '57P', '57014', '25006', '58', '28', '3D', '42501', '42P01'];

export function isOfTheDatabase(error: unknown): boolean {
  const code = codeOf(error);
  return ofTheDatabase.some(prefix => code.startsWith(prefix));
}

export function troubleOf(error: unknown): Trouble {
  const first = firstOf(error);
  const [code, detail] = [codeOf(first), messageOf(error)];
  const kind = kinds.find(
    ({ codes, message }) => codes.some(prefix => code.startsWith(prefix)) && (message?.test(detail) ?? true),
  );
  const { reason, passing } = kind ?? unknown;
  return { reason, passing, detail };
}

/** SQLSTATE of a server error, or Node's code. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}

// A host name with two addresses fails with an AggregateError, whose own message is empty.
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError ? firstOf(error.errors[0]) : error;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
