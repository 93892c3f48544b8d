import { randomUUID } from 'node:crypto';
import { signerFactory } from '@fastify/cookie';
import { parseCookie } from 'cookie';

/** Name of the cookie with the signed session. */
export const sessionCookie = 'inkling';
/** Name of the cookie of a browser whose user presented the admin token. */
export const adminCookie = 'inkling-admin';

const yearSeconds = 31_536_000;

const hostCookiePrefix = 'inkling-host-';
/** Name of the cookie with the host's key of a room. */
export const hostCookie = (room: string) => `${hostCookiePrefix}${room}`;
/** Host cookies that a browser keeps, so that its requests stay small. */
const maxHostCookies = 20;

/** Names of the host cookies that are too many, the oldest first, where another one is added. */
export function oldHostCookies(cookies: Readonly<Record<string, unknown>>): string[] {
  const held = Object.keys(cookies).filter(name => name.startsWith(hostCookiePrefix));
  return held.slice(0, Math.max(0, held.length + 1 - maxHostCookies));
}

/** Scripts and cross-site requests cannot use the cookie. */
export function cookieOptions({ secure }: { secure: boolean }) {
  return {
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
    maxAge: yearSeconds,
  } as const;
}

/**
 * Result of reading a token: `known`, a session with a valid signature; `none`, no token; `forged`, a token that this
 * server did not sign.
 */
export type Identity = { state: 'known'; session: string } | { state: 'none' } | { state: 'forged' };

export interface Sessions {
  /** A new session and its signed form. */
  issue(): { session: string; token: string };
  identify(token: string | undefined): Identity;
  /** The signed token for a user who presented the admin token. */
  issueAdmin(): string;
  /** The signed form of the host's key of a room. */
  issueHost(room: string, key: string): string;
  /** The host's key of the room within a Cookie header; undefined if it is missing or forged. */
  hostKeyIn(header: string | undefined, room: string): string | undefined;
  /** The signed token within a Cookie header. */
  fromCookies(header: string | undefined, name?: string): string | undefined;
}

export function createSessions(key: string): Sessions {
  const signer = signerFactory(key);
  return {
    issue() {
      const session = randomUUID();
      return { session, token: signer.sign(session) };
    },
    identify(token) {
      if (token === undefined || token === '') return { state: 'none' };
      const { valid, value } = signer.unsign(token);
      return valid && value !== null ? { state: 'known', session: value } : { state: 'forged' };
    },
    issueHost: (room, key) => signer.sign(`${room}:${key}`),
    hostKeyIn(header, room) {
      const token = header === undefined ? undefined : parseCookie(header)[hostCookie(room)];
      const { valid, value } = signer.unsign(token ?? '');
      return valid && value?.startsWith(`${room}:`) ? value.slice(room.length + 1) : undefined;
    },
    issueAdmin: () => signer.sign('admin'),
    fromCookies: (header, name = sessionCookie) =>
      header === undefined ? undefined : parseCookie(header)[name],
  };
}
