import type { Server, Socket } from 'node:net';
import { lastAnswersMs } from '../core/lifecycle.ts';

export interface ConnectionsParts {
  server: Server;
  /** Aborted when the server begins to stop. */
  stopping: AbortSignal;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** Tracks all connections, upgraded ones too, so that a client that does not read cannot delay a stop. */
export function trackConnections({ server, stopping, after }: ConnectionsParts) {
  const open = new Set<Socket>();
  let cancel = () => {};
  server.on('connection', socket => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  stopping.addEventListener('abort', () => {
    cancel = after(lastAnswersMs, () => {
      for (const socket of open) socket.destroy();
    });
  });
  return {
    /** The last answers are out. */
    stop: () => cancel(),
  };
}
