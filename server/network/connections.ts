import type { Server, Socket } from 'node:net';

/** Every connection of the server, upgraded ones too, so that a stop is not held up by a client that does not read. */
export function trackConnections(server: Server) {
  const open = new Set<Socket>();
  server.on('connection', socket => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return {
    cut() {
      for (const socket of open) socket.destroy();
    },
  };
}
