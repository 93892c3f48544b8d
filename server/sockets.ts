import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import type { z } from 'zod';
import { maxEventBytes } from '../shared/limits.ts';
import {
  type Ack,
  authSchema,
  type ClientToServer,
  drawSchema,
  type Frame,
  finishSchema,
  labelSchema,
  type Model,
  protocolVersion,
  type Refusal,
  type RefusedModel,
  redrawSchema,
  type ServerToClient,
  type Training,
} from '../shared/protocol.ts';
import { askedLocally, clientAddress, ownOrigin } from './address.ts';
import type { Drawings } from './drawings.ts';
import {
  addressConnections,
  addressEvents,
  pointsPerEvent,
  roomEvents,
  sessionEvents,
  sessionLabels,
} from './limits.ts';
import type { Drawer } from './live-drawing.ts';
import type { Metrics } from './metrics.ts';
import { createLimiter } from './rate.ts';
import { createReaders } from './readers.ts';
import { refuse, refuseInput } from './refusal.ts';
import type { Rooms } from './rooms.ts';
import type { Sessions } from './session.ts';

interface Admitted {
  session: string;
  /** The signed session, when the client has no cookie that carries it. */
  token: string | null;
  address: string;
  room: string;
  name: string;
}
interface SocketData {
  admitted: Admitted;
  /** A drawing was asked for a moment ago, or will be; `next` is the one to ask for when the moment is over. */
  asking?: { timer: NodeJS.Timeout; next: string | undefined } | undefined;
}
export type InklingServer = Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
export type InklingSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;

export interface SocketsParts {
  httpServer: HttpServer;
  sessions: Sessions;
  rooms: Rooms;
  drawings: Drawings;
  model(): Model;
  metrics: Metrics;
  log: Logger;
  trustProxy: number;
  publicOrigin?: string;
  /** Where others on the network reach the server. */
  networkOrigin(): string | undefined;
  /** Milliseconds, monotonic. */
  now(): number;
}

export interface Sockets {
  send(room: string, frame: Frame): void;
  /** To everybody in every room. */
  announce: { model(model: Model | RefusedModel): void; training(training: Training): void };
  connections(): number;
  sweep(): void;
  close(): Promise<void>;
}

/** The refusal a client finds in `connect_error`'s `data`. */
class ConnectionRefused extends Error {
  readonly data: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.data = refusal;
  }
}

/** Two missed pongs and a connection is gone: a phone that left the room shows within twenty seconds. */
const pingMs = 10_000;
/** The answer takes a round trip, and what it costs more than one `draw` must have come back. */
const resendPauseMs = 500;

/** Binds the protocol to Socket.IO: admits, parses, limits and acks; what events mean is `drawings`' matter. */
export function createSockets(parts: SocketsParts): Sockets {
  const { sessions, rooms, drawings, metrics, log, now } = parts;
  const limits = {
    sessions: createLimiter(sessionEvents, now),
    addresses: createLimiter(addressEvents, now),
    rooms: createLimiter(roomEvents, now),
    labels: createLimiter(sessionLabels, now),
    connections: createLimiter(addressConnections, now),
  };
  const io: InklingServer = new Server(parts.httpServer, {
    serveClient: false,
    maxHttpBufferSize: maxEventBytes,
    perMessageDeflate: false,
    httpCompression: false,
    pingInterval: pingMs,
    pingTimeout: pingMs,
    allowRequest(request, decide) {
      const allowed = ownOrigin(request, parts);
      if (!allowed) metrics.refused.inc({ event: 'connect', reason: 'forbidden' });
      decide(allowed ? null : 'This page belongs to another origin.', allowed);
    },
  });
  const readers = createReaders({ io, rooms, metrics, log, now });

  io.use((socket, next) => {
    const admitted = admit(socket.request, socket.handshake.auth);
    if ('reason' in admitted) {
      metrics.refused.inc({ event: 'connect', reason: admitted.reason });
      next(new ConnectionRefused(admitted));
      return;
    }
    socket.data.admitted = admitted;
    next();
  });

  function admit(request: IncomingMessage, auth: unknown): Admitted | Refusal {
    const address = clientAddress(request, parts.trustProxy);
    const retryAfterMs = limits.connections.take(address);
    if (retryAfterMs > 0) return rateLimited(retryAfterMs);
    const parsed = authSchema.safeParse(auth);
    if (!parsed.success) {
      const outdated = parsed.error.issues.some(({ path }) => path[0] === 'protocol');
      return outdated
        ? refuse('outdated', `This server speaks protocol ${protocolVersion}; reload the page.`)
        : refuseInput(parsed.error);
    }
    const { room, name } = parsed.data;
    const cookie = sessions.fromCookies(request.headers.cookie);
    const identity = sessions.identify(parsed.data.session ?? cookie);
    switch (identity.state) {
      case 'known':
        return { session: identity.session, token: parsed.data.session ?? null, address, room, name };
      case 'none':
        return { ...sessions.issue(), address, room, name };
      case 'forged':
        return refuse(
          'invalid',
          'This session was not signed by this server; reload the page for a new one.',
        );
      default:
        return identity satisfies never;
    }
  }

  io.on('connection', socket => {
    const { session, token, name, room: roomName } = socket.data.admitted;
    const room = rooms.get(roomName);
    const { person } = room.enter(session, name);
    const drawer: Drawer = { session, room, person, guess: guess => socket.emit('guess', guess) };
    rooms.flush(roomName);
    socket.emit('welcome', {
      session: token,
      room: roomName,
      model: parts.model(),
      people: room.people(),
      you: person,
      origin: parts.publicOrigin ?? (askedLocally(socket.request) ? (parts.networkOrigin() ?? null) : null),
      snapshot: room.snapshot(),
    });
    const stopReading = readers.add(socket, room);
    const handlers = handlersOf(socket, drawer);
    socket.onAny((event: string, ...args: unknown[]) => {
      const last = args.at(-1);
      const ack = typeof last === 'function' ? (answer: unknown) => last(answer) : undefined;
      dispatch(handlers, { event, payload: args[0], ack }, socket).catch(error => {
        log.error({ err: error, event }, 'an event could not be handled');
        ack?.(refuse('unavailable', 'Something went wrong here; try again.'));
      });
    });
    socket.on('disconnect', reason => {
      log.debug({ session, reason }, 'disconnected');
      clearTimeout(socket.data.asking?.timer);
      stopReading();
      room.leave(session);
    });
  });

  type Answer = Ack | Ack<{ sample: number }>;
  type Handler = (payload: unknown) => Answer | Promise<Answer>;

  function handlersOf(socket: InklingSocket, drawer: Drawer): ReadonlyMap<string, Handler> {
    return new Map<string, Handler>([
      [
        'draw',
        parsedBy(drawSchema, draw => {
          const result = drawings.draw(drawer, draw);
          if (result === 'resend') askFor(socket, draw.drawing, 0);
          return typeof result === 'object' ? result : { ok: true };
        }),
      ],
      ['redraw', parsedBy(redrawSchema, redraw => drawings.redraw(drawer, redraw))],
      ['finish', parsedBy(finishSchema, finish => drawings.finish(drawer, finish))],
      [
        'label',
        parsedBy(labelSchema, label => {
          const retryAfterMs = limits.labels.take(drawer.session);
          return retryAfterMs > 0 ? rateLimited(retryAfterMs) : drawings.label(drawer, label);
        }),
      ],
    ]);
  }

  interface Incoming {
    event: string;
    payload: unknown;
    ack?: (answer: Answer) => void;
  }

  async function dispatch(
    handlers: ReadonlyMap<string, Handler>,
    { event, payload, ack }: Incoming,
    socket: InklingSocket,
  ) {
    const handler = handlers.get(event);
    // An unknown event's name is a stranger's text and no metric label.
    const label = handler === undefined ? 'unknown' : event;
    metrics.received.inc({ event: label });
    const { session, address, room } = socket.data.admitted;
    const cost = 1 + pointsOf(payload) / pointsPerEvent;
    const retryAfterMs =
      limits.sessions.take(session, cost) ||
      limits.addresses.take(address, cost) ||
      limits.rooms.take(room, cost);
    let answer: Answer;
    if (retryAfterMs > 0) {
      answer = rateLimited(retryAfterMs);
      const dropped = event === 'draw' ? finishSchema.safeParse(payload) : undefined;
      if (dropped?.success) askFor(socket, dropped.data.drawing, retryAfterMs);
    } else if (handler === undefined) answer = refuse('invalid', 'There is no such event.');
    else answer = await handler(payload);
    if (!answer.ok) metrics.refused.inc({ event: label, reason: answer.reason });
    ack?.(answer);
  }

  /**
   * Asks for a whole drawing, `afterMs` from now. However many appends did not fit or had to be dropped meanwhile,
   * it is asked for once, and once more if some came after.
   */
  function askFor(socket: InklingSocket, drawing: string, afterMs: number) {
    const { asking } = socket.data;
    if (asking !== undefined) {
      asking.next = drawing;
      return;
    }
    if (afterMs === 0) socket.emit('resend', { drawing });
    const timer = setTimeout(() => {
      const next = socket.data.asking?.next;
      socket.data.asking = undefined;
      if (next !== undefined) askFor(socket, next, 0);
    }, afterMs + resendPauseMs);
    socket.data.asking = { timer, next: afterMs === 0 ? undefined : drawing };
  }

  return {
    send: readers.send,
    announce: {
      model: model => io.emit('model', model),
      training: training => io.emit('training', training),
    },
    connections: () => io.engine.clientsCount,
    sweep() {
      readers.sweep();
      for (const limiter of Object.values(limits)) limiter.sweep();
    },
    close: () => io.close(),
  };
}

function parsedBy<Schema extends z.ZodType, Result>(
  schema: Schema,
  handle: (payload: z.output<Schema>) => Result,
) {
  return (payload: unknown): Result | Refusal => {
    const parsed = schema.safeParse(payload);
    return parsed.success ? handle(parsed.data) : refuseInput(parsed.error);
  };
}

function rateLimited(retryAfterMs: number): Refusal {
  return { ...refuse('rate_limited', 'Too much at once; slow down.'), retryAfterMs };
}

/** How much ink an unparsed payload claims to bring, for what it costs. */
function pointsOf(payload: unknown): number {
  if (typeof payload !== 'object' || payload === null || !('strokes' in payload)) return 0;
  if (!Array.isArray(payload.strokes)) return 0;
  let coordinates = 0;
  for (const stroke of payload.strokes) coordinates += Array.isArray(stroke) ? stroke.length : 1;
  return coordinates / 2;
}
