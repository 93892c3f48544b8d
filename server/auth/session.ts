import { randomUUID } from 'node:crypto';
import { signerFactory } from '@fastify/cookie';
import { parseCookie } from 'cookie';

/** Name of the cookie that carries the signed session. */
export const sessionCookie = 'inkling';
/** Name of the cookie of a browser whose user presented the admin token. */
export const adminCookie = 'inkling-admin';

const yearSeconds = 31_536_000;

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
    issueAdmin: () => signer.sign('admin'),
    fromCookies: (header, name = sessionCookie) =>
      header === undefined ? undefined : parseCookie(header)[name],
  };
}
