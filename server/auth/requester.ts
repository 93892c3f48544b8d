import type { IncomingMessage } from 'node:http';
import type { Requester } from '../../db/sample-edits.ts';
import { isAdmin } from './admin-token.ts';
import { adminCookie, type Sessions } from './session.ts';

export type RequesterOf = ReturnType<typeof createRequesters>;

/**
 * Identifies the requester by cookies, or else by `Authorization: Bearer …` (also `token …`) with the admin token or
 * a session from `welcome`.
 */
export function createRequesters(sessions: Sessions, adminToken: string) {
  return (request: Pick<IncomingMessage, 'headers'>): Requester => {
    const bearer = /^(?:bearer|token)\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const identity = sessions.identify(bearer ?? sessions.fromCookies(request.headers.cookie));
    const signedIn = sessions.identify(sessions.fromCookies(request.headers.cookie, adminCookie));
    return {
      author: identity.state === 'known' ? identity.session : null,
      admin: isAdmin(adminToken, bearer) || (signedIn.state === 'known' && signedIn.session === 'admin'),
    };
  };
}
