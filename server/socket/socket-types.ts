import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { ClientToServer, ServerToClient } from '../../shared/protocol.ts';
import type { Admitted } from './handshake.ts';

interface SocketData {
  admitted: Admitted;
}
export type InklingServer = Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
export type InklingSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
