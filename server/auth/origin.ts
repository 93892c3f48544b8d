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
 * carries no visitor's cookies that a hostile page could use.
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
  // A page by plain http can be forged on the way to the visitor, so it has no say over a server asked by https.
  if (protocols[0] === 'https' && page.protocol === 'http:') return false;
  const asked = [host ?? '', ...hosts].flatMap(partsOf).filter(({ name }) => name === page.hostname);
  if (asked.length === 0) return false;
  const pagePort = plainPort(page.port);
  const named = [...asked.map(({ port }) => port), ...ports].filter(port => port !== '').map(plainPort);
  if (named.includes(pagePort)) return true;
  if (pagePort === defaultPort) return asked.some(({ port }) => port === '');
  // Some proxies drop the port (nginx with `Host $host`). Then the name alone decides, which opens nothing: cookies do
  // not distinguish ports, so the server of a page on another port of this name gets the visitor's session anyway.
  return trustProxy > 0 && named.length === 0;
}

const defaultPort = 'default';

/**
 * A port as it is compared. 80 and 443 are the same one: browsers leave both out, and a proxy that ends TLS may name either.
 */
const plainPort = (port: string) => (/^(80|443)?$/.test(port) ? defaultPort : port);

/** The name and the port, '' when there is none, of a Host header; empty for what no Host header holds. */
function partsOf(host: string): { name: string; port: string }[] {
  if (/[\s/\\?#@]/.test(host) || !URL.canParse(`http://${host}`)) return [];
  return [{ name: new URL(`http://${host}`).hostname, port: /:(\d+)$/.exec(host)?.[1] ?? '' }];
}

/** Different pairs of origin and host that are logged; a scanner could send any number. */
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

const mostProxies = 16;

/** The setting that would accept the refused request. */
function remedy(request: OriginRequest, settings: OriginSettings): string {
  const origin = `${request.headers.origin}`.slice(0, maxLoggedLength);
  if (!URL.canParse(origin) || new URL(origin).origin === 'null') return 'no setting accepts such an origin';
  const own = `if ${origin} is this server's own address`;
  if (settings.trustProxy === 0 && ownOrigin(request, { ...settings, trustProxy: mostProxies }))
    return `${own}, set TRUST_PROXY to the number of reverse proxies in front`;
  if (settings.publicOrigin === undefined) return `${own}, set PUBLIC_ORIGIN=${new URL(origin).origin}`;
  return `${own} besides PUBLIC_ORIGIN=${settings.publicOrigin}, let the proxy pass on the Host header of the browser`;
}
