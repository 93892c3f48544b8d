import { type ReadonlySignal, signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import type { Ack } from '../../shared/ack.ts';
import { createDrawThrottle } from '../../shared/draw-throttle.ts';
import type { ClientToServer, ServerToClient } from '../../shared/events.ts';
import type { HostAction, HostView } from '../../shared/host-protocol.ts';
import { slowRoundTripMs } from '../../shared/limits.ts';
import type { Auth, Draw, Finish, Label, Look, Redraw } from '../../shared/protocol.ts';
import { type Answer, noAnswer } from './retry.ts';
import { createTransportOrder, type TransportOrderParts } from './transport-order.ts';

/** `live` begins with the server's welcome; `refused` lasts until the page or the name changes. */
export type Link =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'offline' }
  | { state: 'refused'; reason: string; message: string };

/** Payloads of the server's events, by event name. */
export type Events = { [Name in keyof ServerToClient]: Parameters<ServerToClient[Name]>[0] };

export interface Connection {
  readonly link: ReadonlySignal<Link>;
  listen<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): () => void;
  /** Dropped while disconnected; the drawing model resends the whole drawing on `welcome`. */
  draw(draw: Draw): void;
  redraw(redraw: Redraw): Promise<Answer>;
  finish(finish: Finish): Promise<Answer>;
  setPage(page: Look): Promise<Answer>;
  label(label: Label): Promise<Answer<{ sample: number }>>;
  host(action: HostAction): Promise<Answer<HostView>>;
  /** Reconnects, which sends the current name. */
  rename(): void;
  close(): void;
}

/** Must equal `protocolVersion`, whose module would bring the schemas into the page's script. */
export const protocol = 1;

const ackMs = 3 * slowRoundTripMs; // after this time a retry is better than waiting on
const lockedMs = 10_000;
const reconnectMs = 1000; // delay after the server closed the connection

/** Reasons for which the client retries a refused connection. */
const transientRefusals: readonly string[] = ['rate_limited', 'overloaded', 'unavailable'];

interface ConnectParts extends TransportOrderParts {
  /** The default is the page's own server. */
  url?: string;
  room: string;
  /** The current name of the person; another tab may change it. */
  name(): string;
  /** Stores the session of a browser without cookies. */
  session: {
    read(): string | undefined;
    write(session: string): void;
    /** Requests a new session after the server refused this one: its key has changed. */
    renew(): Promise<unknown>;
  };
}

export function connect({ url = '/', room, name, session, ...parts }: ConnectParts): Connection {
  const link = signal<Link>({ state: 'connecting' });
  let token = session.read();
  let renewed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const auth = (): Auth => ({
    protocol,
    room,
    name: name(),
    ...(token !== undefined && { session: token }),
  });
  const order = createTransportOrder(parts);
  const events: Socket = io(url, {
    ...order.next(),
    auth: give => give(auth()),
    reconnectionDelay: 300,
    reconnectionDelayMax: 2000,
  });
  const socket: Socket<ServerToClient, ClientToServer> = events;
  let open = false;
  let beganMs = performance.now();
  function prepareAttempt() {
    open = false;
    beganMs = performance.now();
    const { timeout, ...options } = order.next();
    Object.assign(socket.io.opts, options);
    socket.io.timeout(timeout);
  }
  socket.io.on('reconnect_attempt', prepareAttempt);
  socket.io.on('open', () => {
    open = true;
    const openedMs = performance.now();
    order.opened(openedMs - beganMs);
    socket.io.engine.once('upgrade', () => order.upgraded(performance.now() - openedMs));
  });

  function reconnect() {
    prepareAttempt();
    socket.connect();
  }
  function reconnectIn(afterMs: number) {
    clearTimeout(retry);
    retry = setTimeout(reconnect, afterMs);
  }

  const throttle = createDrawThrottle({
    send: draw => socket.emit('draw', draw),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });

  // The page's listeners come later: they find the link live, and send already.
  socket.on('welcome', welcome => {
    if (welcome.session !== null) {
      token = welcome.session;
      session.write(token);
    }
    renewed = false;
    order.welcomed();
    link.value = { state: 'live' };
  });
  socket.on('pace', throttle.setPace);
  socket.on('disconnect', reason => {
    open = false;
    if (link.value.state !== 'live' && !reason.startsWith('io ')) order.failed({ silent: true });
    link.value = { state: 'offline' };
    throttle.drop();
    if (reason === 'io server disconnect') reconnectIn(reconnectMs);
  });
  socket.on('connect_error', error => {
    if (socket.active) {
      // `disconnect` follows an error of an open connection.
      if (!open) order.failed({ silent: error.message === 'timeout' });
      link.value = { state: 'offline' };
      return;
    }
    const refusal = refusalIn(error);
    if (transientRefusals.includes(refusal.reason)) {
      link.value = { state: 'offline' };
      reconnectIn(refusal.retryAfterMs);
    } else if (refusal.reason === 'invalid' && !renewed) {
      renewed = true;
      token = undefined;
      void session.renew().then(reconnect);
    } else {
      const { reason, message } = refusal;
      link.value = { state: 'refused', reason, message };
      // The host may open the room again.
      if (refusal.reason === 'locked') reconnectIn(lockedMs);
    }
  });

  const live = () => link.value.state === 'live' && socket.connected;
  /** Flushes the ink: any other event of a drawing must follow it. */
  function liveAfterInk() {
    if (live()) throttle.flush();
    return live();
  }
  async function answerOf<Value>(ack: Promise<Ack<Value>>): Promise<Answer<Value>> {
    return ack.catch(() => noAnswer);
  }

  return {
    link,
    listen(name: string, listener) {
      events.on(name, listener);
      return () => events.off(name, listener);
    },
    draw(draw) {
      if (live()) throttle.draw(draw);
    },
    redraw: async redraw =>
      liveAfterInk() ? answerOf(socket.timeout(ackMs).emitWithAck('redraw', redraw)) : noAnswer,
    finish: async finish =>
      liveAfterInk() ? answerOf(socket.timeout(ackMs).emitWithAck('finish', finish)) : noAnswer,
    setPage: async page => (live() ? answerOf(socket.timeout(ackMs).emitWithAck('look', page)) : noAnswer),
    label: async label =>
      liveAfterInk() ? answerOf(socket.timeout(ackMs).emitWithAck('label', label)) : noAnswer,
    host: async action => (live() ? answerOf(socket.timeout(ackMs).emitWithAck('host', action)) : noAnswer),
    rename() {
      socket.disconnect();
      reconnect();
    },
    close() {
      clearTimeout(retry);
      socket.disconnect();
    },
  };
}

/** The server's refusal of a connection, or the error itself with the default delay. */
function refusalIn({ message, data }: Error & { data?: unknown }) {
  const refusal = { reason: '', message, retryAfterMs: 2 * reconnectMs };
  if (typeof data !== 'object' || data === null) return refusal;
  if ('reason' in data && typeof data.reason === 'string') refusal.reason = data.reason;
  if ('message' in data && typeof data.message === 'string') refusal.message = data.message;
  if ('retryAfterMs' in data && typeof data.retryAfterMs === 'number')
    refusal.retryAfterMs = data.retryAfterMs;
  return refusal;
}
