import { type ReadonlySignal, signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import { createDrawThrottle } from '../../shared/draw-throttle.ts';
import { slowRoundTripMs } from '../../shared/limits.ts';
import type {
  Ack,
  Auth,
  ClientToServer,
  Draw,
  Finish,
  Label,
  Look,
  Redraw,
  ServerToClient,
} from '../../shared/protocol.ts';
import { type Answer, noAnswer } from './retry.ts';
import { createTransportOrder, type TransportOrderParts } from './transport-order.ts';

/** `live` from the server's welcome on; `refused` stays until the page or the name changes. */
export type Link =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'offline' }
  | { state: 'refused'; message: string };

/** What the server says, by event. */
export type Events = { [Name in keyof ServerToClient]: Parameters<ServerToClient[Name]>[0] };

export interface Connection {
  readonly link: ReadonlySignal<Link>;
  listen<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): () => void;
  /** Lost without a line: whoever draws says everything again on `welcome`. */
  draw(draw: Draw): void;
  redraw(redraw: Redraw): Promise<Answer>;
  finish(finish: Finish): Promise<Answer>;
  setPage(look: Look): Promise<Answer>;
  label(label: Label): Promise<Answer<{ sample: number }>>;
  /** Comes in anew under the name that there is now. */
  rename(): void;
  close(): void;
}

/** Must equal `protocolVersion`; that module carries the schemas, which the page does without. */
export const protocol = 1;

const ackMs = 3 * slowRoundTripMs; // a server that has not answered by then is better asked again
const reconnectMs = 1000; // after the server itself hung up

/** Refusals of a connection that pass by themselves. */
const transientRefusals: readonly string[] = ['rate_limited', 'overloaded', 'unavailable'];

type Listeners = { [Name in keyof Events]: Set<(payload: Events[Name]) => void> };

interface ConnectParts extends TransportOrderParts {
  /** The page's own server where none is given. */
  url?: string;
  room: string;
  /** What the person is called now: another tab may change it. */
  name(): string;
  /** The session of a browser without cookies, kept by the caller. */
  session: {
    read(): string | undefined;
    write(session: string): void;
    /** Asks for a new one: the server does not know this one, its key is another. */
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
  const socket: Socket<ServerToClient, ClientToServer> = io(url, {
    ...order.next(),
    auth: give => give(auth()),
    reconnectionDelay: 300,
    reconnectionDelayMax: 2000,
  });
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
  function comeBack(afterMs: number) {
    clearTimeout(retry);
    retry = setTimeout(reconnect, afterMs);
  }

  const held = createDrawThrottle({
    send: draw => socket.emit('draw', draw),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });

  const listeners: Listeners = {
    welcome: new Set(),
    guess: new Set(),
    frame: new Set(),
    snapshot: new Set(),
    resend: new Set(),
    model: new Set(),
    training: new Set(),
    pace: new Set(),
  };
  socket.on('welcome', welcome => {
    if (welcome.session !== null) {
      token = welcome.session;
      session.write(token);
    }
    renewed = false;
    order.welcomed();
    // First, so that the listeners can already speak.
    link.value = { state: 'live' };
    for (const listener of listeners.welcome) listener(welcome);
  });
  socket.on('guess', guess => {
    for (const listener of listeners.guess) listener(guess);
  });
  socket.on('frame', frame => {
    for (const listener of listeners.frame) listener(frame);
  });
  socket.on('snapshot', snapshot => {
    for (const listener of listeners.snapshot) listener(snapshot);
  });
  socket.on('resend', resend => {
    for (const listener of listeners.resend) listener(resend);
  });
  socket.on('model', model => {
    for (const listener of listeners.model) listener(model);
  });
  socket.on('training', training => {
    for (const listener of listeners.training) listener(training);
  });
  socket.on('pace', pace => {
    held.setPace(pace);
    for (const listener of listeners.pace) listener(pace);
  });
  socket.on('disconnect', why => {
    open = false;
    if (link.value.state !== 'live' && !why.startsWith('io ')) order.failed({ silent: true });
    link.value = { state: 'offline' };
    held.drop();
    if (why === 'io server disconnect') comeBack(reconnectMs);
  });
  socket.on('connect_error', error => {
    if (socket.active) {
      // An error of an open connection is followed by `disconnect`.
      if (!open) order.failed({ silent: error.message === 'timeout' });
      link.value = { state: 'offline' };
      return;
    }
    const refusal = refusalIn(error);
    if (transientRefusals.includes(refusal.reason)) {
      link.value = { state: 'offline' };
      comeBack(refusal.retryAfterMs);
    } else if (refusal.reason === 'invalid' && !renewed) {
      renewed = true;
      token = undefined;
      void session.renew().then(reconnect);
    } else {
      link.value = { state: 'refused', message: refusal.message };
    }
  });

  const live = () => link.value.state === 'live' && socket.connected;
  /** Whatever else is said of a drawing comes after its ink. */
  function liveAfterInk() {
    if (live()) held.flush();
    return live();
  }
  async function answered<Value>(ask: Promise<Ack<Value>>): Promise<Answer<Value>> {
    return ask.catch(() => noAnswer);
  }

  return {
    link,
    listen(name, listener) {
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
    draw(draw) {
      if (live()) held.draw(draw);
    },
    redraw: async redraw =>
      liveAfterInk() ? answered(socket.timeout(ackMs).emitWithAck('redraw', redraw)) : noAnswer,
    finish: async finish =>
      liveAfterInk() ? answered(socket.timeout(ackMs).emitWithAck('finish', finish)) : noAnswer,
    setPage: async look => (live() ? answered(socket.timeout(ackMs).emitWithAck('look', look)) : noAnswer),
    label: async label =>
      liveAfterInk() ? answered(socket.timeout(ackMs).emitWithAck('label', label)) : noAnswer,
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

/** What the server said when it turned the connection away. */
function refusalIn({ message, data }: Error & { data?: unknown }) {
  const said = { reason: '', message, retryAfterMs: 2 * reconnectMs };
  if (typeof data !== 'object' || data === null) return said;
  if ('reason' in data && typeof data.reason === 'string') said.reason = data.reason;
  if ('message' in data && typeof data.message === 'string') said.message = data.message;
  if ('retryAfterMs' in data && typeof data.retryAfterMs === 'number') said.retryAfterMs = data.retryAfterMs;
  return said;
}
