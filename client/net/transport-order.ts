import { slowRoundTripMs } from '../../shared/limits.ts';

type Transport = 'websocket' | 'polling';

/** Socket.IO's options for one connection attempt. */
export interface Attempt {
  transports: Transport[];
  tryAllTransports: boolean;
  timeout: number;
}

export interface TransportOrder {
  next(): Attempt;
  /** `afterMs`: from the start of the attempt until the first transport opened. */
  opened(afterMs: number): void;
  /** `afterMs`: from the opening of polling until the WebSocket that Socket.IO tries beside it took over. */
  upgraded(afterMs: number): void;
  welcomed(): void;
  /** The attempt ended without a welcome. `silent`: it timed out without an error. */
  failed(how: { silent: boolean }): void;
}

export interface TransportOrderParts {
  /** Time from the request of the page itself to its response; 0 where the browser does not report it. */
  roundTripMs: number;
  /** Stores across page loads whether this visit's network passes polling and no WebSocket. */
  polling: { read(): boolean; write(polling: boolean): void };
}

/** Twice the time that a WebSocket on a poor mobile line takes. */
const minOpenMs = 4_000;

/** One each for DNS, TCP, TLS and the upgrade. */
const roundTripsToOpen = 4;

const maxOpenMs = roundTripsToOpen * slowRoundTripMs;

/** Polling that worked before fails this often in a row while a server restarts; the next attempt tries a WebSocket. */
const pollingFailures = 4;

/**
 * WebSocket comes first: any node can serve it, and it survives round trips so slow that a ping by polling times out.
 * Some networks swallow a WebSocket: they never answer the upgrade, or answer it with 101 and then send nothing.
 * Socket.IO tries the next transport only after an error, so after such a silence the next attempt starts with polling,
 * and Socket.IO tries a WebSocket beside it. The visit keeps an order that led to a welcome.
 */
export function createTransportOrder({ roundTripMs, polling }: TransportOrderParts): TransportOrder {
  let stored = polling.read();
  let first: Transport = stored ? 'polling' : 'websocket';
  let websocketMs = timeToOpen(roundTripMs);
  let failures = 0;

  function store(polls: boolean) {
    if (stored !== polls) polling.write(polls);
    stored = polls;
  }

  return {
    next: () =>
      first === 'websocket'
        ? { transports: ['websocket', 'polling'], tryAllTransports: true, timeout: websocketMs }
        : { transports: ['polling', 'websocket'], tryAllTransports: false, timeout: maxOpenMs },
    opened(afterMs) {
      if (first === 'websocket' || stored || timeToOpen(afterMs) <= websocketMs) return;
      // A slow round trip explains the silence of the WebSocket.
      websocketMs = timeToOpen(afterMs);
      first = 'websocket';
    },
    upgraded(afterMs) {
      if (afterMs > websocketMs) return;
      first = 'websocket';
      store(false);
    },
    welcomed() {
      failures = 0;
      store(first === 'polling');
    },
    failed({ silent }) {
      if (first === 'polling' && (!stored || ++failures % pollingFailures === 0)) first = 'websocket';
      else if (silent || stored) first = 'polling';
    },
  };
}

const timeToOpen = (roundTripMs: number) =>
  Math.min(maxOpenMs, Math.max(minOpenMs, roundTripsToOpen * roundTripMs));
