import type { IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import proxyAddr from '@fastify/proxy-addr';

/** The client's address, believing as many proxies in front as `trustProxy` says. */
export function clientAddress(request: IncomingMessage, trustProxy: number): string {
  return proxyAddr(request, (_address, hop) => hop < trustProxy);
}

/**
 * Whether a browser's request comes from this server's own page. Clients that are no browsers send no Origin
 * and bring no cookies of a visitor either, so there is nothing to protect them from.
 */
export function ownOrigin(
  request: IncomingMessage,
  { trustProxy, publicOrigin }: { trustProxy: number; publicOrigin?: string },
) {
  const { origin, host } = request.headers;
  if (origin === undefined || origin === publicOrigin) return true;
  const forwarded = trustProxy > 0 ? request.headers['x-forwarded-host'] : undefined;
  const hosts = [host, typeof forwarded === 'string' ? forwarded : undefined];
  return URL.canParse(origin) && hosts.includes(new URL(origin).host);
}

/** An address of this machine that others on the network reach it at; undefined when it has none. */
export function networkHost(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap(each => each ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

/** Whether a request was made on this machine itself, by a name nobody else can use. */
export function askedLocally(request: IncomingMessage): boolean {
  const host = request.headers.host ?? '';
  return (
    URL.canParse(`http://${host}`) &&
    /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(`http://${host}`).hostname)
  );
}
