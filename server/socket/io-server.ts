import type { IncomingMessage } from 'node:http';
import { Server } from 'socket.io';
import { maxEventBytes, slowRoundTripMs } from '../../shared/limits.ts';
import { foreignHost } from '../auth/host.ts';
import { foreignOrigin } from '../auth/origin.ts';
import type { Metrics } from '../core/metrics.ts';
import { parser } from './draw-fast-path.ts';
import type { InklingServer } from './socket-types.ts';

export interface IoServerParts {
  /** Whether a request comes from a page of this server, or from a client that is not a browser. */
  isOwnOrigin(request: IncomingMessage): boolean;
  /** Whether the host name of the request can be this server's. */
  isOwnHost(request: IncomingMessage): Promise<boolean>;
  metrics: Pick<Metrics, 'refused'>;
}

/**
 * A client that stops reading also misses pings; it is disconnected within 10 s even if no data is queued for it. The
 * answer may take a slow round trip and some jitter.
 */
export const heartbeat = { pingInterval: 3_500, pingTimeout: slowRoundTripMs + 1_000 };

/** Socket.IO as Inkling uses it, not attached to an HTTP server yet. */
export function createIoServer({ isOwnOrigin, isOwnHost, metrics }: IoServerParts): InklingServer {
  return new Server({
    serveClient: false,
    parser,
    maxHttpBufferSize: maxEventBytes,
    perMessageDeflate: false,
    httpCompression: false,
    ...heartbeat,
    async allowRequest(request, decide) {
      const refusal = isOwnOrigin(request)
        ? (await isOwnHost(request))
          ? null
          : foreignHost
        : foreignOrigin;
      if (refusal !== null) metrics.refused.inc({ event: 'connect', reason: 'forbidden' });
      decide(refusal, refusal === null);
    },
  });
}
