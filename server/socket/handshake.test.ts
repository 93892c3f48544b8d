import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createSessions } from '../auth/session.ts';
import { addressConnections } from '../rate-limit/rate-limits.ts';
import { createHandshake } from './handshake.ts';

test('[S4] [A6] an address connects as often as a hall that reloads, and gets the time when it may connect again', () => {
  let nowMs = 0;
  const handshake = createHandshake({ sessions: createSessions('key'), trustProxy: 0, now: () => nowMs });
  const request = new IncomingMessage(new Socket());
  Object.defineProperty(request.socket, 'remoteAddress', { value: '192.0.2.1' });
  const admit = () => handshake.admit(request, { protocol: 1 });
  for (let i = 0; i < addressConnections.burst; i++) expect(admit()).toMatchObject({ room: 'lobby' });
  const refusal = { ok: false, reason: 'rate_limited', retryAfterMs: expect.any(Number) };
  expect(admit()).toMatchObject(refusal);
  nowMs += 1_000;
  expect(admit()).toMatchObject({ room: 'lobby' });
});
