import { expect, test } from 'vitest';
import { addressStorage, serverStorage, sessionStorage } from '../rate-limit/rate-limits.ts';
import { createStorageBudget } from './storage-budget.ts';

const second = 1_000;

/** Bytes accepted in `seconds` when `drawers` of each of `addresses` store 10 KB repeatedly. */
function storedIn(seconds: number, { addresses, drawers }: { addresses: number; drawers: number }) {
  let nowMs = 0;
  const { payFor } = createStorageBudget(() => nowMs);
  let bytes = 0;
  for (; nowMs < seconds * second; nowMs += second)
    for (let address = 0; address < addresses; address++)
      for (let drawer = 0; drawer < drawers; drawer++) {
        const who = { session: `${address}/${drawer}`, address: `${address}` };
        for (let i = 0; i < 60 && payFor(who, 10_000) === 0; i++) bytes += 10_000;
      }
  return bytes;
}

const most = ({ perSecond, burst }: { perSecond: number; burst: number }, seconds: number) =>
  burst + seconds * perSecond;

test('[S6] a session, an address and the server store a bounded number of bytes a second', () => {
  const one = storedIn(60, { addresses: 1, drawers: 1 });
  expect(one).toBeLessThanOrEqual(most(sessionStorage, 60));
  expect(one).toBeGreaterThan(0.9 * most(sessionStorage, 60));
  expect(storedIn(60, { addresses: 1, drawers: 300 })).toBeLessThanOrEqual(most(addressStorage, 60));
  expect(storedIn(60, { addresses: 10, drawers: 150 })).toBeLessThanOrEqual(most(serverStorage, 60));
});

test('[A6] a refusal to store has the time after which to try again', () => {
  const { payFor } = createStorageBudget(() => 0);
  const ada = { session: 'ada', address: 'home' };
  expect(payFor(ada, sessionStorage.burst)).toBe(0);
  expect(payFor(ada, sessionStorage.perSecond)).toBe(1_000);
});
