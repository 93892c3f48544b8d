import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { forwardedOf } from './forwarded.ts';

type OriginRequest = Pick<IncomingMessage, 'headers'>;

export interface OriginSettings {
  trustProxy: number;
  publicOrigin?: string | undefined;
}

/** The answer to a request from a foreign origin. */
export const foreignOrigin =
  'This server does not know the address at which this page was opened. The log of the server names the setting to change.';

/**
 * Whether a browser's request comes from a page of this server. A client that is not a browser sends no Origin, and
 * has no visitor's cookies that a hostile page could use.
 */
export function ownOrigin(request: OriginRequest, { trustProxy, publicOrigin }: OriginSettings): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  // The browser itself compared the two origins, whatever proxies did to Host. A script cannot set a header named `Sec-…`.
  if (request.headers['sec-fetch-site'] === 'same-origin') return true;
  const page = URL.canParse(origin) ? new URL(origin) : undefined;
  if (page === undefined || !/^https?:$/.test(page.protocol)) return false;
  if (page.origin === publicOrigin) return true;
  const { hosts, ports, protocols } = forwardedOf(request, trustProxy);
  // A page loaded by plain http can be forged on the way, so a server reached by https does not trust it.
  if (protocols[0] === 'https' && page.protocol === 'http:') return false;
  const matching = [host ?? '', ...hosts].flatMap(partsOf).filter(({ name }) => name === page.hostname);
  if (matching.length === 0) return false;
  const pagePort = plainPort(page.port);
  const named = [...matching.map(({ port }) => port), ...ports].filter(port => port !== '').map(plainPort);
  if (named.includes(pagePort)) return true;
  if (pagePort === defaultPort) return matching.some(({ port }) => port === '');
  // Some proxies drop the port (nginx with `Host $host`). Then only the name is compared. This adds no risk: cookies
  // ignore ports, so a server on another port of this name gets the visitor's session anyway.
  return trustProxy > 0 && named.length === 0;
}

const defaultPort = 'default';

/**
 * A port normalised for comparison. 80 and 443 count as equal: browsers omit both, and a proxy that ends TLS may
 * report either.
 */
const plainPort = (port: string) => (/^(80|443)?$/.test(port) ? defaultPort : port);

/** The name and port of a Host header ('' without a port); both empty if the header is invalid. */
function partsOf(host: string): { name: string; port: string }[] {
  if (/[\s/\\?#@]/.test(host) || !URL.canParse(`http://${host}`)) return [];
  return [{ name: new URL(`http://${host}`).hostname, port: /:(\d+)$/.exec(host)?.[1] ?? '' }];
}

/** Limit of logged pairs of origin and host; a scanner can send any number. */
const maxLogged = 50;
const maxLoggedLength = 200;

/** `ownOrigin` that logs each refused pair of origin and host once, with the setting that would accept it. */
export function createOriginCheck({ log, ...settings }: OriginSettings & { log: Logger }) {
  const logged = new Set<string>();
  return (request: OriginRequest): boolean => {
    if (ownOrigin(request, settings)) return true;
    const { host, origin, 'x-forwarded-host': forwardedHost } = request.headers;
    const pair = JSON.stringify([origin, host, forwardedHost]);
    if (logged.size >= maxLogged || logged.has(pair)) return false;
    logged.add(pair);
    const cut = (value: unknown) => (value === undefined ? undefined : `${value}`.slice(0, maxLoggedLength));
    log.warn(
      { origin: cut(origin), host: cut(host), forwardedHost: cut(forwardedHost) },
      `refused a request of a page from another origin; ${remedy(request, settings)}`,
    );
    if (logged.size === maxLogged) log.warn('further refused origins are not logged');
    return false;
  };
}

const maxProxies = 16;

/** The setting that would accept the refused request. */
function remedy(request: OriginRequest, settings: OriginSettings): string {
  const origin = `${request.headers.origin}`.slice(0, maxLoggedLength);
  if (!URL.canParse(origin) || new URL(origin).origin === 'null') return 'no setting accepts such an origin';
  const own = `if ${origin} is this server's own address`;
  if (settings.trustProxy === 0 && ownOrigin(request, { ...settings, trustProxy: maxProxies }))
    return `${own}, set TRUST_PROXY to the number of reverse proxies in front`;
  if (settings.publicOrigin === undefined) return `${own}, set PUBLIC_ORIGIN=${new URL(origin).origin}`;
  return `${own} besides PUBLIC_ORIGIN=${settings.publicOrigin}, let the proxy pass on the Host header of the browser`;
}
