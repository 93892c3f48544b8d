import { expect, test } from 'vitest';
import { slowRoundTripMs } from '../../shared/limits.ts';
import { createTransportOrder } from './transport-order.ts';

function begin({ roundTripMs = 0, polls = false } = {}) {
  const stored: boolean[] = [];
  const order = createTransportOrder({
    roundTripMs,
    polling: { read: () => polls, write: polling => stored.push(polling) },
  });
  return { order, stored, first: () => order.next().transports[0] };
}

test('[R10] a WebSocket comes first, and polling in the same attempt after an error', () => {
  const { order, first } = begin();
  expect(order.next()).toMatchObject({ transports: ['websocket', 'polling'], tryAllTransports: true });
  for (let attempt = 0; attempt < 10; attempt++) order.failed({ silent: false });
  expect(first()).toBe('websocket');
});

test('[R10] a WebSocket has four seconds to open, on a slow connection as many round trips', () => {
  expect(begin().order.next().timeout).toBe(4_000);
  expect(begin({ roundTripMs: 2_000 }).order.next().timeout).toBe(8_000);
  expect(begin({ roundTripMs: 60_000 }).order.next().timeout).toBe(4 * slowRoundTripMs);
});

test('[R10] both transports are tried in turn until one leads to a welcome', () => {
  const { order, first, stored } = begin();
  order.failed({ silent: true });
  expect(first()).toBe('polling');
  order.failed({ silent: false });
  expect(first()).toBe('websocket');
  order.failed({ silent: true });
  order.welcomed();
  order.failed({ silent: false });
  expect(first()).toBe('polling');
  expect(stored).toEqual([true]);
});

test('[R10] polling that led to a welcome is kept while a server restarts, and a WebSocket tried now and then', () => {
  const { order, first } = begin({ polls: true });
  const firsts = Array.from({ length: 10 }, () => {
    order.failed({ silent: first() === 'websocket' });
    return first();
  });
  expect(firsts.map(each => each[0]).join('')).toBe('pppwppppwp');
  order.welcomed();
  expect(first()).toBe('polling');
});

test('[R10] a WebSocket that takes over in time comes first again; one that takes longer does not', () => {
  const { order, first, stored } = begin({ polls: true });
  order.upgraded(4_001);
  expect(first()).toBe('polling');
  order.upgraded(4_000);
  expect(first()).toBe('websocket');
  expect(stored).toEqual([false]);
});

test('[R10] where polling is as slow, the connection explains the silence of the WebSocket', () => {
  const { order, first, stored } = begin();
  order.failed({ silent: true });
  order.opened(slowRoundTripMs);
  order.welcomed();
  expect(first()).toBe('websocket');
  expect(order.next().timeout).toBe(4 * slowRoundTripMs);
  expect(stored).toEqual([]);
});
