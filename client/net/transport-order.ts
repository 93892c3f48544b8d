import { slowRoundTripMs } from '../../shared/limits.ts';

type Transport = 'websocket' | 'polling';

/** What one attempt to connect tries, as Socket.IO's options. */
export interface Attempt {
  transports: Transport[];
  tryAllTransports: boolean;
  timeout: number;
}

export interface TransportOrder {
  next(): Attempt;
  /** The first transport opened this long after the attempt began. */
  opened(afterMs: number): void;
  /** The WebSocket that Socket.IO tries beside polling took over this long after polling opened. */
  upgraded(afterMs: number): void;
  welcomed(): void;
  /** No welcome came. `silent`: nothing came instead of an error. */
  failed(how: { silent: boolean }): void;
}

export interface TransportOrderParts {
  /** What the page itself took to come, request to answer; 0 where that is not known. */
  roundTripMs: number;
  /** Whether this visit's network lets polling through and no WebSocket, kept across page loads. */
  polling: { read(): boolean; write(polling: boolean): void };
}

/** A WebSocket on a poor mobile line opens in two seconds. */
const minOpenMs = 4_000;

/** Name, connection, encryption, answer: a round trip each. */
const roundTripsToOpen = 4;

const maxOpenMs = roundTripsToOpen * slowRoundTripMs;

/** Polling that worked before fails this often in a row while a server restarts; then a WebSocket is tried again. */
const pollingFailures = 4;

/**
 * A WebSocket comes first: it may go to any node, and it stays open on a line so slow that a ping by polling is answered
 * too late. Some networks swallow it: they never answer the upgrade, or answer it with 101 and then send nothing, and
 * Socket.IO goes on to the next transport after an error alone. After such a silence the next attempt begins with
 * polling, and Socket.IO tries a WebSocket beside it. The visit keeps an order that led to a welcome.
 */
export function createTransportOrder({ roundTripMs, polling }: TransportOrderParts): TransportOrder {
  let kept = polling.read();
  let first: Transport = kept ? 'polling' : 'websocket';
  let websocketMs = timeToOpen(roundTripMs);
  let failures = 0;

  function keep(polls: boolean) {
    if (kept !== polls) polling.write(polls);
    kept = polls;
  }

  return {
    next: () =>
      first === 'websocket'
        ? { transports: ['websocket', 'polling'], tryAllTransports: true, timeout: websocketMs }
        : { transports: ['polling', 'websocket'], tryAllTransports: false, timeout: maxOpenMs },
    opened(afterMs) {
      if (first === 'websocket' || kept || timeToOpen(afterMs) <= websocketMs) return;
      // The line is slow, which explains the silence.
      websocketMs = timeToOpen(afterMs);
      first = 'websocket';
    },
    upgraded(afterMs) {
      if (afterMs > websocketMs) return;
      first = 'websocket';
      keep(false);
    },
    welcomed() {
      failures = 0;
      keep(first === 'polling');
    },
    failed({ silent }) {
      if (first === 'polling' && (!kept || ++failures % pollingFailures === 0)) first = 'websocket';
      else if (silent || kept) first = 'polling';
    },
  };
}

const timeToOpen = (roundTripMs: number) =>
  Math.min(maxOpenMs, Math.max(minOpenMs, roundTripsToOpen * roundTripMs));
