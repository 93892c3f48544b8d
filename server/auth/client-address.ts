import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { isLoopback } from '../../shared/loopback.ts';
import type { Welcome } from '../../shared/protocol.ts';
import { forwardedOf } from './forwarded.ts';

/** The client's address, as reported by the `trustProxy` nearest proxies. */
export function clientAddress(request: IncomingMessage, trustProxy: number): string {
  return proxyAddr(request, (_address, hop) => hop < trustProxy);
}

/** Whether the browser used https, as far as a trusted proxy reports. */
export function isSecureRequest(request: Pick<IncomingMessage, 'headers'>, trustProxy: number): boolean {
  return forwardedOf(request, trustProxy).protocols[0] === 'https';
}

interface SocketRequest extends Pick<IncomingMessage, 'headers'> {
  socket: { localPort?: number | undefined };
}

/**
 * Whether a page was opened at a name that only this machine can use, such as localhost, and at the port that the
 * server listens on. Another port means that some program forwards the port, maybe from another machine.
 */
export function isLocalRequest({ headers, socket }: SocketRequest, trustProxy: number): boolean {
  const host = forwardedOf({ headers }, trustProxy).hosts[0] ?? headers.host;
  const page = headers.origin ?? `http://${host}`;
  if (!URL.canParse(page)) return false;
  const { hostname, port, protocol } = new URL(page);
  const requestedPort = Number(port || (protocol === 'https:' ? 443 : 80));
  return isLoopback(hostname) && requestedPort === socket.localPort;
}

export interface JoinParts {
  trustProxy: number;
  publicOrigin?: string | undefined;
  /** Origins at which phones may reach the server, the likeliest first. */
  guessOrigins(): string[];
}

/** The part of `welcome` about the address for phones. */
export function joinOrigin(
  request: SocketRequest,
  { trustProxy, publicOrigin, guessOrigins }: JoinParts,
): Pick<Welcome, 'origin' | 'originGuessed'> {
  if (publicOrigin !== undefined) return { origin: publicOrigin };
  const [guess] = isLocalRequest(request, trustProxy) ? guessOrigins() : [];
  return guess === undefined ? { origin: null } : { origin: guess, originGuessed: true };
}
