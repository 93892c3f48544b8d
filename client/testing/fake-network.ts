import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * Faults of a network with WebSockets. `never answers`: drops the upgrade. `answers for itself`: answers 101 without the
 * server, then drops all data. `opens only`: passes the upgrade and the server's first packet, then drops all data.
 * `refuses`: answers 403.
 */
export type Fault = 'none' | 'never answers' | 'answers for itself' | 'opens only' | 'refuses';

/** A network between a client and the server on `port`, for tests. */
export async function createFakeNetwork(port: number) {
  const sockets = new Set<Socket>();
  const state = { fault: 'none' as Fault, oneWayMs: 0, upgrades: 0 };

  function pass(from: Socket, to: Socket) {
    from.on('data', bytes => {
      if (state.oneWayMs === 0) to.write(bytes);
      else setTimeout(() => to.write(bytes), state.oneWayMs);
    });
    from.on('close', () => setTimeout(() => to.destroy(), state.oneWayMs));
  }

  function track(socket: Socket) {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    return socket;
  }

  const server = createServer(client => {
    track(client).once('data', first => {
      const key = /^sec-websocket-key: (.+)$/im.exec(first.toString('latin1'))?.[1].trim();
      if (key !== undefined) state.upgrades++;
      const fault = key === undefined ? 'none' : state.fault;
      if (fault === 'never answers') return;
      if (fault === 'answers for itself') {
        const accept = createHash('sha1')
          .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest('base64');
        client.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
        return;
      }
      if (fault === 'refuses') {
        client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      const upstream = track(connect(port, '127.0.0.1'));
      if (fault === 'opens only') {
        upstream.write(first);
        let opened = false;
        upstream.on('data', bytes => {
          // The server's first packet names the session.
          if (!opened) client.write(bytes);
          opened ||= bytes.includes('"sid"');
        });
        client.on('close', () => upstream.destroy());
        upstream.on('close', () => client.destroy());
        return;
      }
      pass(client, upstream);
      pass(upstream, client);
      client.emit('data', first);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
}
