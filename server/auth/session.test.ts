import { expect, test } from 'vitest';
import { createSessions, sessionCookie } from './session.ts';

test('[S1] a session is known by its signature, wherever it comes from', () => {
  const sessions = createSessions('key');
  const { session, token } = sessions.issue();
  expect(sessions.identify(token)).toEqual({ state: 'known', session });
  const cookies = `a=b; ${sessionCookie}=${encodeURIComponent(token)}; c=d`;
  expect(sessions.identify(sessions.fromCookies(cookies))).toEqual({ state: 'known', session });
});

test('[S1] no token is nobody, an unsigned one is forged', () => {
  const sessions = createSessions('key');
  const { session, token } = sessions.issue();
  expect(sessions.identify(undefined)).toEqual({ state: 'none' });
  expect(sessions.identify('')).toEqual({ state: 'none' });
  for (const forged of [
    session,
    `${session}.x`,
    `x${token}`,
    `${token}x`,
    '.',
    createSessions('other').issue().token,
  ]) {
    expect(sessions.identify(forged), forged).toEqual({ state: 'forged' });
  }
});
