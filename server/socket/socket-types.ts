import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { ClientToServer, ServerToClient } from '../../shared/events.ts';
import type { Handshaken } from './handshake.ts';

interface SocketData {
  admitted: Handshaken;
}
export type InklingServer = Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
export type InklingSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
