import type { Server as HttpServer } from 'node:http';
import type { Logger } from 'pino';
import type { Refusal } from '../../shared/ack.ts';
import type { RoomNews } from '../../shared/host-protocol.ts';
import type { Pace } from '../../shared/protocol.ts';
import type { Model } from '../../shared/training-protocol.ts';
import { type JoinParts, joinOrigin } from '../auth/client-address.ts';
import type { Sessions } from '../auth/session.ts';
import { channelOf } from '../core/announcer.ts';
import type { Metrics } from '../core/metrics.ts';
import { refuse } from '../core/refusal.ts';
import type { Drawings } from '../drawing/drawing-service.ts';
import type { LabelNetworks } from '../drawing/label-networks.ts';
import type { Drawer } from '../drawing/live-drawing.ts';
import type { HostActions, Member } from '../room/host-actions.ts';
import type { PauseKeeper } from '../room/pause-keeper.ts';
import type { RoomHosts } from '../room/room-hosts.ts';
import type { Rooms } from '../room/room-registry.ts';
import { openRules } from '../room/room-rules.ts';
import { interceptDraws } from './draw-fast-path.ts';
import { encodeEvent, sendEncoded } from './encoded-event.ts';
import { createEventRouter } from './event-router.ts';
import { createHandshake } from './handshake.ts';
import { createResendThrottle } from './resend-throttle.ts';
import type { InklingServer, InklingSocket } from './socket-types.ts';
import type { Subscribers } from './subscribers.ts';

export interface SocketsParts extends JoinParts {
  io: InklingServer;
  httpServer: HttpServer;
  sessions: Sessions;
  rooms: Pick<Rooms, 'get'>;
  hosts: Pick<RoomHosts, 'enter' | 'hasEnded' | 'isHost' | 'watch'>;
  hostActions: HostActions;
  pauses: PauseKeeper;
  subscribers: Pick<Subscribers, 'add'>;
  drawings: Drawings;
  networks: Pick<LabelNetworks, 'labels'>;
  registry: { model(room: string): Model; use(room: string): Promise<void> };
  overload: { pace(): Pace };
  metrics: Metrics;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
}

/** The refusal that a client finds in `connect_error`'s `data`. */
class ConnectionRefused extends Error {
  readonly data: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.data = refusal;
  }
}

/** Binds the protocol to Socket.IO: handshake, outgoing events, incoming event routing. */
export function createSockets(parts: SocketsParts) {
  const { io, rooms, hosts, hostActions, pauses, subscribers, drawings, registry, overload, metrics, log } =
    parts;
  const admission = createHandshake(parts);
  const receivers = createEventRouter(parts);
  io.attach(parts.httpServer);
  metrics.gauge('inkling_connections', 'Sockets connected.', () => io.engine.clientsCount);

  /** Connections with a session. Socket.IO accepts both of two CONNECT packets that arrive in one turn. */
  const entered = new WeakSet<object>();

  io.use((socket, next) => {
    const turnAway = (refusal: Refusal) => {
      metrics.refused.inc({ event: 'connect', reason: refusal.reason });
      entered.delete(socket.conn);
      next(new ConnectionRefused(refusal));
    };
    const admitted = orClose(socket, () => {
      if (entered.has(socket.conn)) throw new Error('a connection sent a second CONNECT');
      return admission.admit(socket.request, socket.handshake.auth);
    });
    if (admitted === undefined) return next(new Error('The connection is closed.'));
    if ('reason' in admitted) return turnAway(admitted);
    entered.add(socket.conn);
    Promise.all([hosts.enter(admitted.room), registry.use(admitted.room)])
      .then(() => {
        const refusal = hostActions.refusalToEnter(admitted);
        if (refusal !== undefined) return turnAway(refusal);
        socket.data.admitted = admitted;
        next();
      })
      .catch((error: unknown) => {
        log.error({ err: error }, 'a room could not be entered');
        turnAway(refuse('unavailable', 'Something went wrong here; try again.'));
      });
  });

  /**
   * Socket.IO calls handlers at the top of the process, where an error would end it; instead the error closes the
   * connection.
   */
  function orClose<Result>({ conn }: InklingSocket, work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      log.warn({ err: error }, 'a connection failed and is closed');
      conn.close(true);
      return undefined;
    }
  }

  io.on('connection', socket => orClose(socket, () => serve(socket)));

  function serve(socket: InklingSocket) {
    const { session, address, token, name, room: roomName, claimant } = socket.data.admitted;
    void socket.join(channelOf(roomName));
    const { room, ticker } = rooms.get(roomName);
    const { person } = room.connect(session, name);
    const member: Member = { room, session, isHost: () => hosts.isHost(roomName, claimant) };
    if (!member.isHost())
      pauses
        .entered({ room: roomName, session, network: address })
        .catch((error: unknown) => log.error({ err: error }, 'a pause could not follow a person'));
    const own = drawings.openOf(session);
    const page = own?.room === room ? own.page : 0;
    const join = joinOrigin(socket.request, parts);
    let isWelcome = false;
    let sent = JSON.stringify(unruled);
    /** Sends the room's rules where they have changed for this connection. */
    function sendRules() {
      const isOver = hosts.hasEnded(roomName);
      if (isWelcome) {
        const news = hostActions.newsOf(member);
        const text = JSON.stringify(news);
        if (text !== sent) socket.emit('room', news);
        sent = text;
      }
      if (isOver) socket.disconnect(true);
    }
    const stopWatching = hosts.watch(roomName, sendRules);
    const subscription = subscribers.add({
      socket,
      room,
      ticker,
      person,
      page,
      welcome(snapshot) {
        socket.emit('welcome', {
          session: token,
          room: roomName,
          model: registry.model(roomName),
          people: room.people(),
          you: person,
          ...join,
          snapshot,
        });
        if (overload.pace().overloaded) socket.emit('pace', overload.pace());
        isWelcome = true;
        sendRules();
      },
    });
    const drawer: Drawer = {
      session,
      address,
      room,
      person,
      guess: guess => sendEncoded(socket, encodeEvent('guess', guess)),
      opinion: opinion => void socket.emit('opinion', opinion),
      page: subscription.page,
      setPage: subscription.setPage,
    };
    const resender = createResendThrottle(drawing => socket.emit('resend', { drawing }));
    const receive = receivers.of({
      ...socket.data.admitted,
      drawer,
      resender,
      refusalToDraw: () => hostActions.refusalToDraw(member),
      act: action => hostActions.act(action, member),
    });
    socket.onAny(receive);
    const stopDraws = interceptDraws(socket.conn, draw => receive('draw', draw));
    forgetRequest(socket);
    socket.on('disconnect', reason => {
      log.debug({ session, reason }, 'disconnected');
      stopDraws();
      resender.stop();
      stopWatching();
      subscription.stop();
      room.disconnect(session);
      pauses.left({ room: roomName, session });
    });
  }

  return {
    /** Closes the HTTP server, too. */
    stop: () => io.close(),
  };
}

/** Rules that a page assumes until it gets a `room` event. */
const unruled: RoomNews = {
  settings: openRules.settings,
  nameless: [],
  host: false,
  paused: false,
  veiled: [],
  ended: false,
};

/** Socket.IO keeps each connection's request for web frameworks: a third of the memory of an idle connection. */
function forgetRequest({ conn, client }: InklingSocket) {
  for (const holder of [conn, client]) Reflect.deleteProperty(holder, 'request');
}
