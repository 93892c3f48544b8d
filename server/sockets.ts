import type { Server as HttpServer } from 'node:http';
import type { Logger } from 'pino';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import type { z } from 'zod';
import { maxEventBytes } from '../shared/limits.ts';
import {
  type Ack,
  type ClientToServer,
  drawSchema,
  type Frame,
  finishSchema,
  labelSchema,
  lookSchema,
  type Model,
  type Pace,
  type Refusal,
  type RefusedModel,
  redrawSchema,
  type ServerToClient,
  type Training,
} from '../shared/protocol.ts';
import { askedLocally, ownOrigin } from './address.ts';
import { type Admitted, createAdmission } from './admission.ts';
import type { Drawings } from './drawings.ts';
import { addressEvents, pointsPerEvent, roomEvents, sessionEvents, sessionLabels } from './limits.ts';
import type { Drawer } from './live-drawing.ts';
import type { Metrics } from './metrics.ts';
import { createLimiter } from './rate.ts';
import { createReaders } from './readers.ts';
import { rateLimited, refuse, refuseInput } from './refusal.ts';
import { createResender, type Resender } from './resender.ts';
import type { PageOfRoom, Rooms } from './rooms.ts';
import type { Sessions } from './session.ts';

interface SocketData {
  admitted: Admitted;
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
  send(to: PageOfRoom, frame: Frame): void;
  /** To everybody in every room. */
  announce: {
    model(model: Model | RefusedModel): void;
    training(training: Training): void;
    pace(pace: Pace): void;
  };
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

/** Who reads nothing answers no ping and is gone within ten seconds, even where nothing is sent that could pile up. */
const pingMs = 4_500;

/** Binds the protocol to Socket.IO: admits, parses, limits and acks; what events mean is `drawings`' matter. */
export function createSockets(parts: SocketsParts): Sockets {
  const { rooms, drawings, metrics, log, now } = parts;
  const admission = createAdmission(parts);
  const limits = {
    sessions: createLimiter(sessionEvents, now),
    addresses: createLimiter(addressEvents, now),
    rooms: createLimiter(roomEvents, now),
    labels: createLimiter(sessionLabels, now),
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
    const admitted = admission.admit(socket.request, socket.handshake.auth);
    if ('reason' in admitted) {
      metrics.refused.inc({ event: 'connect', reason: admitted.reason });
      next(new ConnectionRefused(admitted));
      return;
    }
    socket.data.admitted = admitted;
    next();
  });

  io.on('connection', socket => {
    const { session, token, name, room: roomName } = socket.data.admitted;
    const room = rooms.get(roomName);
    const { person } = room.enter(session, name);
    const own = drawings.openOf(session);
    const page = own?.room === room ? own.page : 0;
    rooms.flush(roomName);
    socket.emit('welcome', {
      session: token,
      room: roomName,
      model: parts.model(),
      people: room.people(),
      you: person,
      origin: parts.publicOrigin ?? (askedLocally(socket.request) ? (parts.networkOrigin() ?? null) : null),
      snapshot: room.snapshot(page),
    });
    const reader = readers.add(socket, { room, page });
    const drawer: Drawer = {
      session,
      room,
      person,
      guess: guess => socket.emit('guess', guess),
      page: reader.page,
      look: reader.look,
    };
    const resender = createResender(drawing => socket.emit('resend', { drawing }));
    const receiver: Receiver = { ...socket.data.admitted, handlers: handlersOf(drawer, resender), resender };
    socket.onAny((event: string, ...args: unknown[]) => {
      const last = args.at(-1);
      const ack = typeof last === 'function' ? (answer: unknown) => last(answer) : undefined;
      dispatch(receiver, { event, payload: args[0], ack }).catch(error => {
        log.error({ err: error, event }, 'an event could not be handled');
        ack?.(refuse('unavailable', 'Something went wrong here; try again.'));
      });
    });
    socket.on('disconnect', reason => {
      log.debug({ session, reason }, 'disconnected');
      resender.stop();
      reader.stop();
      room.leave(session);
    });
  });

  type Answer = Ack | Ack<{ sample: number }>;
  type Handler = (payload: unknown) => Answer | Promise<Answer>;

  interface Receiver extends Admitted {
    handlers: ReadonlyMap<string, Handler>;
    resender: Resender;
  }

  function handlersOf(drawer: Drawer, resender: Resender): ReadonlyMap<string, Handler> {
    return new Map<string, Handler>([
      [
        'draw',
        parsedBy(drawSchema, draw => {
          const result = drawings.draw(drawer, draw);
          if (result === 'resend') resender.ask(draw.drawing, 0);
          return typeof result === 'object' ? result : { ok: true };
        }),
      ],
      ['redraw', parsedBy(redrawSchema, redraw => drawings.redraw(drawer, redraw))],
      ['finish', parsedBy(finishSchema, finish => drawings.finish(drawer, finish))],
      [
        'look',
        parsedBy(lookSchema, ({ page }) => {
          drawer.look(page);
          return { ok: true };
        }),
      ],
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
    { session, address, room, handlers, resender }: Receiver,
    { event, payload, ack }: Incoming,
  ) {
    const handler = handlers.get(event);
    // An unknown event's name is a stranger's text and no metric label.
    const label = handler === undefined ? 'unknown' : event;
    metrics.received.inc({ event: label });
    const cost = 1 + pointsOf(payload) / pointsPerEvent;
    const retryAfterMs =
      limits.sessions.take(session, cost) ||
      limits.addresses.take(address, cost) ||
      limits.rooms.take(room, cost);
    let answer: Answer;
    if (retryAfterMs > 0) {
      answer = rateLimited(retryAfterMs);
      const dropped = event === 'draw' ? finishSchema.safeParse(payload) : undefined;
      if (dropped?.success) resender.ask(dropped.data.drawing, retryAfterMs);
    } else if (handler === undefined) answer = refuse('invalid', 'There is no such event.');
    else answer = await handler(payload);
    if (!answer.ok) metrics.refused.inc({ event: label, reason: answer.reason });
    ack?.(answer);
  }

  return {
    send: readers.send,
    announce: {
      model: model => io.emit('model', model),
      training: training => io.emit('training', training),
      pace: pace => io.emit('pace', pace),
    },
    connections: () => io.engine.clientsCount,
    sweep() {
      readers.sweep();
      for (const each of [admission, ...Object.values(limits)]) each.sweep();
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

/** How much ink an unparsed payload claims to bring, for what it costs. */
function pointsOf(payload: unknown): number {
  if (typeof payload !== 'object' || payload === null || !('strokes' in payload)) return 0;
  if (!Array.isArray(payload.strokes)) return 0;
  let coordinates = 0;
  for (const stroke of payload.strokes) coordinates += Array.isArray(stroke) ? stroke.length : 1;
  return coordinates / 2;
}
