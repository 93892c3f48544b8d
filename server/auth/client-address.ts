import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { isLoopback } from '../../shared/loopback.ts';
import type { Welcome } from '../../shared/protocol.ts';
import { forwardedOf } from './forwarded.ts';

/** The client's address, believing as many proxies in front as `trustProxy` says. */
export function clientAddress(request: IncomingMessage, trustProxy: number): string {
  return proxyAddr(request, (_address, hop) => hop < trustProxy);
}

/** Whether the browser asked by https, as far as a trusted proxy reports. */
export function askedSecurely(request: Pick<IncomingMessage, 'headers'>, trustProxy: number): boolean {
  return forwardedOf(request, trustProxy).protocols[0] === 'https';
}

interface AskedRequest extends Pick<IncomingMessage, 'headers'> {
  socket: { localPort?: number | undefined };
}

/**
 * Whether a page was opened at a name that only this machine can use, such as localhost, and at the port that the server
 * listens on. Another port means that something passes the port on, maybe from another machine.
 */
export function askedLocally({ headers, socket }: AskedRequest, trustProxy: number): boolean {
  const host = forwardedOf({ headers }, trustProxy).hosts[0] ?? headers.host;
  const page = headers.origin ?? `http://${host}`;
  if (!URL.canParse(page)) return false;
  const { hostname, port, protocol } = new URL(page);
  const asked = Number(port || (protocol === 'https:' ? 443 : 80));
  return isLoopback(hostname) && asked === socket.localPort;
}

export interface JoinParts {
  trustProxy: number;
  publicOrigin?: string | undefined;
  /** Origins at which phones may reach the server, the likeliest first. */
  guessOrigins(): string[];
}

/** The part of `welcome` about the address for phones. */
export function joinOrigin(
  request: AskedRequest,
  { trustProxy, publicOrigin, guessOrigins }: JoinParts,
): Pick<Welcome, 'origin' | 'originGuessed'> {
  if (publicOrigin !== undefined) return { origin: publicOrigin };
  const [guess] = askedLocally(request, trustProxy) ? guessOrigins() : [];
  return guess === undefined ? { origin: null } : { origin: guess, originGuessed: true };
}
