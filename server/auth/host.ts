import { promises as dns } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Logger } from 'pino';
import { isLoopback } from '../../shared/loopback.ts';

/** The answer to a request for a name that is not known to be this server's. */
export const foreignHost =
  'This server does not know the name by which it was asked. Open it by its IP address, or set PUBLIC_ORIGIN to the address that people open.';

export interface HostParts {
  trustProxy: number;
  publicOrigin?: string | undefined;
  /** Names of this machine, as it and its network call it. */
  ownNames(): Promise<readonly string[]>;
  log: Logger;
}

/** Names that nobody can register: those of home networks, of mDNS, and those kept for tests. */
const unregistrable =
  /\.(local|localhost|localdomain|lan|home|internal|intranet|corp|private|test|example|invalid|home\.arpa)$/;

const maxLogged = 50;

/**
 * Tells whether the name by which a browser asks can be this server's. A stranger's page can make its own name lead to
 * this machine (DNS rebinding) and is then of the same origin, but it cannot change the name. Of the names that a stranger
 * can own, those of this machine and of PUBLIC_ORIGIN are known; any is where a trusted proxy has chosen it, and where
 * the browser asked by https, because only its owner has the certificate.
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
    // Browsers send it to https and to loopback names alone, and no script can set a header named `Sec-…`.
    if (headers['sec-fetch-site'] !== undefined) return true;
    if (origin.startsWith('https:') && nameIn(origin) === name) return true;
    if ((await ownNames()).includes(name)) return true;
    if (logged.size < maxLogged && !logged.has(name)) {
      logged.add(name);
      log.warn(
        { host: name },
        `refused a request for a name that is not known; if it is this server's, ${remedy(host)}`,
      );
    }
    return false;
  };
}

const remedy = (host: string) => `set PUBLIC_ORIGIN=http://${host.slice(0, 200)}`;

/** Without the dot of a name that is written in full. */
const nameIn = (origin: string) =>
  URL.canParse(origin) ? new URL(origin).hostname.replace(/\.$/, '') : undefined;

/** Loopback, addresses, names without a dot, and names that nobody can register. */
function isHarmless(name: string): boolean {
  const address = name.replace(/^\[(.+)\]$/, '$1');
  return isLoopback(name) || isIP(address) > 0 || !name.includes('.') || unregistrable.test(name);
}

/** The network may give the machine another name, or a name at all, while the server runs. */
const rememberMs = 60_000;
const answerMs = 1_000;

export interface OwnNamesParts {
  hostname: string;
  addresses(): readonly string[];
  /** The names of an address in DNS. */
  reverse?(address: string): Promise<string[]>;
  /** Milliseconds, monotonic. */
  now(): number;
}

function askDns(address: string): Promise<string[]> {
  return new dns.Resolver({ timeout: answerMs, tries: 1 }).reverse(address);
}

/** What this machine is called by itself and, for each of its addresses, by the DNS of its network. */
export function createOwnNames({ hostname, addresses, reverse = askDns, now }: OwnNamesParts) {
  let known: { atMs: number; names: Promise<readonly string[]> } | undefined;

  async function look(): Promise<readonly string[]> {
    const found = await Promise.all(addresses().map(address => reverse(address).catch(() => [])));
    return [hostname, ...found.flat()].map(name => name.toLowerCase().replace(/\.$/, ''));
  }

  return (): Promise<readonly string[]> => {
    if (known === undefined || now() - known.atMs > rememberMs) known = { atMs: now(), names: look() };
    return known.names;
  };
}
