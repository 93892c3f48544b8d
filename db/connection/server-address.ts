/** Address and credentials of a PostgreSQL server. */
export interface ServerAddress {
  /** A host name, an address, or a socket folder, which begins with `/`. */
  host?: string | undefined;
  port?: number | undefined;
  user?: string | undefined;
  password?: string | undefined;
  database?: string | undefined;
  /** Passed to the server unchanged (`-c search_path=…`). */
  options?: string | undefined;
  applicationName?: string | undefined;
  /** Absent: PGSSLMODE of the environment decides, else no TLS. */
  tls?: Tls | undefined;
}

export interface Tls {
  mode: TlsMode;
  /** Files in PEM. */
  rootCert?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}

/**
 * The modes of libpq, so that psql and pg_dump treat the same address alike: `require` encrypts and checks the
 * certificate only if there is a root certificate, `verify-ca` checks the issuer, `verify-full` also the host name.
 */
export const tlsModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** An invalid address. The message never contains any part of it. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

const encoding = 'write % as %25, # as %23, / as %2F, ? as %3F, @ as %40';

/** Parses `postgresql://user:password@host:port/database?…`. Throws AddressError. */
export function parseAddress(text: string): ServerAddress {
  // libpq accepts `user@/database?host=…`; URL does not.
  const url = URL.parse(text) ?? URL.parse(text.replace('@/', '@localhost/'));
  const parts = /^postgres(?:ql)?:\/\/[^/?#]*(?<rest>.*)$/is.exec(text);
  if (parts === null) throw new AddressError('a postgresql:// address');
  // A raw / ? # in the password ends the authority early, so its @ appears after that.
  if (/[@#]/.test(parts.groups?.rest ?? ''))
    throw new AddressError(
      `a postgresql:// address whose user and password are percent-encoded: ${encoding}`,
    );
  if (url === null)
    throw new AddressError('an address such as postgresql://user:password@host:5432/database');
  const given = parametersOf(url);
  return {
    host: given.get('host') ?? present(decoded(url.hostname.replace(/^\[(.+)\]$/, '$1'))),
    port: portOf(given.get('port') ?? url.port),
    user: given.get('user') ?? present(decoded(url.username)),
    password: given.get('password') ?? present(decoded(url.password)),
    database: given.get('dbname') ?? present(decoded(url.pathname.slice(1))),
    options: given.get('options'),
    applicationName: given.get('application_name'),
    tls: tlsOf(given),
  };
}

/** Modes of libpq that this program treats as one, and spellings of other drivers. */
const synonyms = new Map<string, TlsMode>([
  ['allow', 'prefer'],
  ['no-verify', 'require'],
]);

function tlsOf(given: ReadonlyMap<string, string>): Tls | undefined {
  const files = { rootCert: given.get('sslrootcert'), cert: given.get('sslcert'), key: given.get('sslkey') };
  const wanted = given.get('sslmode') ?? modeOf(given.get('ssl'));
  // A root certificate implies that the server is to be verified.
  const mode = wanted ?? (files.rootCert === undefined ? undefined : 'verify-full');
  if (mode === undefined) return undefined;
  const known = tlsModes.find(each => each === (synonyms.get(mode) ?? mode));
  if (known === undefined)
    throw new AddressError(`a postgresql:// address whose sslmode is one of ${tlsModes.join(', ')}`);
  if (known === 'verify-ca' && files.rootCert === undefined)
    throw new AddressError(
      'a postgresql:// address that has a root certificate (sslrootcert) where its sslmode is verify-ca',
    );
  return { mode: known, ...files };
}

/** `ssl=true` is the spelling of drivers other than libpq. */
function modeOf(ssl: string | undefined): string | undefined {
  if (ssl === undefined || ssl === 'no-verify') return ssl;
  return ssl === 'true' || ssl === '1' ? 'verify-full' : 'disable';
}

/** `url.searchParams` would decode + as a space. */
function parametersOf(url: URL): Map<string, string> {
  const pairs = url.search.slice(1).split('&').filter(Boolean);
  return new Map(
    pairs.map(pair => {
      const [name, ...value] = pair.split('=');
      return [decoded(name ?? ''), decoded(value.join('='))];
    }),
  );
}

function portOf(text: string): number | undefined {
  if (text === '') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new AddressError('a postgresql:// address whose port is a whole number from 1 to 65535');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AddressError(
      `a postgresql:// address whose user and password are percent-encoded: ${encoding}`,
    );
  }
}

const present = (text: string) => (text === '' ? undefined : text);

/** The address as printable text: without the password, options and files. */
export function describeAddress({ host, port, user, database, tls }: ServerAddress): string {
  const where = host?.includes(':') ? `[${host}]` : (host ?? '');
  const files = tls?.rootCert === undefined ? '' : `&sslrootcert=${tls.rootCert}`;
  return [
    `postgresql://${user ?? ''}:•••@${where}`,
    port === undefined ? '' : `:${port}`,
    `/${database ?? ''}`,
    tls === undefined ? '' : `?sslmode=${tls.mode}${files}`,
  ].join('');
}
