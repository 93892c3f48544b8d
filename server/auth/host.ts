import { promises as dns } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Logger } from 'pino';
import { isLoopback } from '../../shared/loopback.ts';

/** The response to a request for an unknown host name. */
export const foreignHost =
  'This server does not know the name by which it was asked. Open it by its IP address, or set PUBLIC_ORIGIN to the address that people open.';

export interface HostParts {
  trustProxy: number;
  publicOrigin?: string | undefined;
  /** Names of this machine: its own host name and those in its network's DNS. */
  ownNames(): Promise<readonly string[]>;
  log: Logger;
}

/** Names that nobody can register: those of home networks, of mDNS, and those reserved for tests. */
const unregistrable =
  /\.(local|localhost|localdomain|lan|home|internal|intranet|corp|private|test|example|invalid|home\.arpa)$/;

const maxLogged = 50;

/**
 * Checks whether the host name of a request can be this server's. A hostile page can point its own name at this
 * machine (DNS rebinding) and then has the same origin, but it cannot change the name. Of the names that somebody can
 * register, only those of this machine and of PUBLIC_ORIGIN are accepted. Any name is accepted from a trusted proxy,
 * and by https, because only its owner has the certificate.
 */
export function createHostCheck({ trustProxy, publicOrigin, ownNames, log }: HostParts) {
  const logged = new Set<string>();
  const publicName = publicOrigin === undefined ? undefined : new URL(publicOrigin).hostname;

  return async ({ headers }: Pick<IncomingMessage, 'headers'>): Promise<boolean> => {
    const { host, origin = '' } = headers;
    if (host === undefined || trustProxy > 0) return true;
    const name = nameIn(`http://${host}`);
    if (name === undefined) return false;
    if (isHarmless(name) || name === publicName) return true;
    // Browsers send it only to https and loopback names, and scripts cannot set headers named `Sec-…`.
    if (headers['sec-fetch-site'] !== undefined) return true;
    if (origin.startsWith('https:') && nameIn(origin) === name) return true;
    if ((await ownNames()).includes(name)) return true;
    if (logged.size < maxLogged && !logged.has(name)) {
      logged.add(name);
      log.warn(
        { host: name },
        `refused a request for an unknown host name; if it is this server's, ${remedy(host)}`,
      );
    }
    return false;
  };
}

const remedy = (host: string) => `set PUBLIC_ORIGIN=http://${host.slice(0, 200)}`;

/** Without the trailing dot of a fully qualified name. */
const nameIn = (origin: string) =>
  URL.canParse(origin) ? new URL(origin).hostname.replace(/\.$/, '') : undefined;

/** Loopback, addresses, names without a dot, and names that nobody can register. */
function isHarmless(name: string): boolean {
  const address = name.replace(/^\[(.+)\]$/, '$1');
  return isLoopback(name) || isIP(address) > 0 || !name.includes('.') || unregistrable.test(name);
}

/** The machine's name in the network may change while the server runs. */
const rememberMs = 60_000;
const answerMs = 1_000;

export interface OwnNamesParts {
  hostname: string;
  addresses(): readonly string[];
  /** The DNS names of an address. */
  reverse?(address: string): Promise<string[]>;
  /** Milliseconds, monotonic. */
  now(): number;
}

function askDns(address: string): Promise<string[]> {
  return new dns.Resolver({ timeout: answerMs, tries: 1 }).reverse(address);
}

/** The host name of this machine and the DNS names of its addresses. */
export function createOwnNames({ hostname, addresses, reverse = askDns, now }: OwnNamesParts) {
  let known: { atMs: number; names: Promise<readonly string[]> } | undefined;

  async function resolveNames(): Promise<readonly string[]> {
    const found = await Promise.all(addresses().map(address => reverse(address).catch(() => [])));
    return [hostname, ...found.flat()].map(name => name.toLowerCase().replace(/\.$/, ''));
  }

  return (): Promise<readonly string[]> => {
    if (known === undefined || now() - known.atMs > rememberMs)
      known = { atMs: now(), names: resolveNames() };
    return known.names;
  };
}
