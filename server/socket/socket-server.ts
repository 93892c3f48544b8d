import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import { maxEventBytes, slowRoundTripMs } from '../../shared/limits.ts';
import type { Frame, Model, Pace, Refusal, RefusedModel, Training } from '../../shared/protocol.ts';
import { type JoinParts, joinOrigin } from '../auth/client-address.ts';
import { foreignHost } from '../auth/host.ts';
import { foreignOrigin } from '../auth/origin.ts';
import type { Sessions } from '../auth/session.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Drawings } from '../drawing/drawing-service.ts';
import type { Drawer } from '../drawing/live-drawing.ts';
import type { Room } from '../room/room.ts';
import type { PageOfRoom, Rooms } from '../room/room-registry.ts';
import { interceptDraws, parser } from './draw-fast-path.ts';
import { encodeEvent, sendEncoded } from './encoded-event.ts';
import { createEventRouter } from './event-router.ts';
import { createHandshake } from './handshake.ts';
import { createResendThrottle } from './resend-throttle.ts';
import type { InklingServer, InklingSocket } from './socket-types.ts';
import { createSubscribers } from './subscribers.ts';

export interface SocketsParts extends JoinParts {
  httpServer: HttpServer;
  sessions: Sessions;
  rooms: Rooms;
  drawings: Drawings;
  /** A session labels from that address. */
  labels(session: string, address: string): void;
  model(): Model;
  pace(): Pace;
  metrics: Metrics;
  log: Logger;
  /** Whether a request comes from a page of this server, or from no browser. */
  isOwnOrigin(request: IncomingMessage): boolean;
  /** Whether the name by which it is asked can be this server's. */
  isOwnHost(request: IncomingMessage): Promise<boolean>;
  /** Milliseconds, monotonic. */
  now(): number;
}

export interface Sockets {
  send(to: PageOfRoom, frame: Frame): void;
  /** All frames of a tick of the room were sent. */
  ticked(room: Room): void;
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

/**
 * A client that stops reading answers no ping: it is disconnected within ten seconds even if no data is queued for it.
 * The answer may take a slow round trip and some jitter.
 */
export const heartbeat = { pingInterval: 3_500, pingTimeout: slowRoundTripMs + 1_000 };

/** Binds the protocol to Socket.IO: who comes in, what they are told, and who takes what they say. */
export function createSockets(parts: SocketsParts): Sockets {
  const { rooms, drawings, metrics, log, now } = parts;
  const admission = createHandshake(parts);
  const receivers = createEventRouter(parts);
  const io: InklingServer = new Server(parts.httpServer, {
    serveClient: false,
    parser,
    maxHttpBufferSize: maxEventBytes,
    perMessageDeflate: false,
    httpCompression: false,
    ...heartbeat,
    async allowRequest(request, decide) {
      const refusal = parts.isOwnOrigin(request)
        ? (await parts.isOwnHost(request))
          ? null
          : foreignHost
        : foreignOrigin;
      if (refusal !== null) metrics.refused.inc({ event: 'connect', reason: 'forbidden' });
      decide(refusal, refusal === null);
    },
  });
  const readers = createSubscribers({ rooms, metrics, log, now });

  /** Connections with a session. Of two CONNECT packets that arrive in one turn, Socket.IO takes both. */
  const entered = new WeakSet<object>();

  io.use((socket, next) => {
    const admitted = orClose(socket, () => {
      if (entered.has(socket.conn)) throw new Error('a connection sent a second CONNECT');
      return admission.admit(socket.request, socket.handshake.auth);
    });
    if (admitted === undefined) return next(new Error('The connection is closed.'));
    if ('reason' in admitted) {
      metrics.refused.inc({ event: 'connect', reason: admitted.reason });
      return next(new ConnectionRefused(admitted));
    }
    entered.add(socket.conn);
    socket.data.admitted = admitted;
    next();
  });

  /** Socket.IO calls from the top of the process: an error there would end it, so it ends the connection. */
  function orClose<Result>({ conn }: InklingSocket, work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      log.warn({ err: error }, 'a connection could not be served and is closed');
      conn.close(true);
      return undefined;
    }
  }

  io.on('connection', socket => orClose(socket, () => serve(socket)));

  function serve(socket: InklingSocket) {
    const { session, address, token, name, room: roomName } = socket.data.admitted;
    const room = rooms.get(roomName);
    const { person } = room.connect(session, name);
    const own = drawings.openOf(session);
    const page = own?.room === room ? own.page : 0;
    const join = joinOrigin(socket.request, parts);
    const reader = readers.add({
      socket,
      room,
      person,
      page,
      welcome(snapshot) {
        socket.emit('welcome', {
          session: token,
          room: roomName,
          model: parts.model(),
          people: room.people(),
          you: person,
          ...join,
          snapshot,
        });
        if (parts.pace().overloaded) socket.emit('pace', parts.pace());
      },
    });
    const drawer: Drawer = {
      session,
      address,
      room,
      person,
      guess: guess => sendEncoded(socket, encodeEvent('guess', guess)),
      page: reader.page,
      setPage: reader.setPage,
    };
    const resender = createResendThrottle(drawing => socket.emit('resend', { drawing }));
    const receive = receivers.of({ ...socket.data.admitted, drawer, resender });
    socket.onAny(receive);
    const stopDraws = interceptDraws(socket.conn, draw => receive('draw', draw));
    forgetRequest(socket);
    socket.on('disconnect', reason => {
      log.debug({ session, reason }, 'disconnected');
      stopDraws();
      resender.stop();
      reader.stop();
      room.disconnect(session);
    });
  }

  return {
    send: readers.send,
    ticked: readers.sendDueSnapshots,
    announce: {
      model: model => io.emit('model', model),
      training: training => io.emit('training', training),
      pace: pace => io.emit('pace', pace),
    },
    connections: () => io.engine.clientsCount,
    sweep() {
      for (const each of [readers, admission, receivers]) each.sweep();
    },
    close: () => io.close(),
  };
}

/** Socket.IO keeps the request of every connection for sessions of web frameworks: a third of what an idle one costs. */
function forgetRequest({ conn, client }: InklingSocket) {
  for (const holder of [conn, client]) Reflect.deleteProperty(holder, 'request');
}
