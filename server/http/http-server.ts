import type { Server as HttpServer, IncomingMessage } from 'node:http';
import fastifyCookie from '@fastify/cookie';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { foreignHost } from '../auth/host.ts';
import { foreignOrigin } from '../auth/origin.ts';
import type { Metrics } from '../core/metrics.ts';
import { refuse } from '../core/refusal.ts';
import { addressRequests } from '../rate-limit/rate-limits.ts';
import { createLimiter } from '../rate-limit/token-bucket.ts';
import { answerClientError, refusalOf } from './http-errors.ts';
import { checkBodies } from './request-bodies.ts';
import { type RoutesParts, serveRoutes } from './routes.ts';
import { maxUploadBytes } from './upload-route.ts';

export interface HttpParts extends RoutesParts {
  httpServer: HttpServer;
  metrics: Metrics;
  log: Logger;
  /** Whether a request comes from a page of this server, or from no browser. */
  isOwnOrigin(request: IncomingMessage): boolean;
  /** Whether the name by which it is asked can be this server's. */
  isOwnHost(request: IncomingMessage): Promise<boolean>;
}

/** Nothing the interface takes is larger. */
const maxBodyBytes = 65_536;

/** Routes without data of people; a probe may use any host name. */
const forAnybody = ['/healthz', '/readyz', '/metrics'];

/** Longer than any proxy in front keeps an idle connection, so that it is never the server who hangs up first. */
const keepAliveMs = 72_000;

/** Everything comes from here; WebAssembly for the trainer, `data:` for icons. Sockets to the same host count as 'self'. */
const contentSecurityPolicy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** The HTTP side on `httpServer`: what every request passes before its route. */
export async function createHttp(parts: HttpParts): Promise<FastifyInstance> {
  const { httpServer, metrics, log } = parts;
  const app = fastify({
    bodyLimit: maxBodyBytes,
    clientErrorHandler: answerClientError,
    frameworkErrors(error, _request, reply: FastifyReply) {
      void reply.code(400).send(refusalOf(error)?.refusal);
    },
    trustProxy: parts.trustProxy > 0 ? (_address, hop) => hop < parts.trustProxy : false,
    serverFactory(handler) {
      httpServer.keepAliveTimeout = keepAliveMs;
      httpServer.on('request', handler);
      return httpServer;
    },
  });
  const limiter = createLimiter(addressRequests, parts.now);

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    if (!forAnybody.includes(request.url) && !(await parts.isOwnHost(request.raw))) {
      metrics.refused.inc({ event: 'http', reason: 'forbidden' });
      return reply.code(403).send(refuse('forbidden', foreignHost));
    }
    if (request.method !== 'GET' && !parts.isOwnOrigin(request.raw)) {
      metrics.refused.inc({ event: 'http', reason: 'forbidden' });
      return reply.code(403).send(refuse('forbidden', foreignOrigin));
    }
    const retryAfterMs = limiter.take(request.ip);
    if (retryAfterMs === 0) return;
    metrics.refused.inc({ event: 'http', reason: 'rate_limited' });
    return reply
      .code(429)
      .header('retry-after', Math.ceil(retryAfterMs / 1000))
      .send({ ...refuse('rate_limited', 'Too many requests; slow down.'), retryAfterMs });
  });
  app.addHook('onSend', async (request, reply) => {
    // Node reads on what nobody wants, so that the connection can be used again: a large body costs more than another one.
    if (reply.statusCode >= 400 && bodyIsLong(request.raw)) void reply.header('connection', 'close');
  });
  app.setErrorHandler((error, request, reply) => {
    const refused = refusalOf(error, request.routeOptions.bodyLimit);
    if (refused !== undefined) return reply.code(refused.status).send(refused.refusal);
    log.error({ err: error }, 'a request could not be handled');
    return reply.code(500).send(refuse('unavailable', 'Something went wrong here; try again.'));
  });

  checkBodies(app);

  await app.register(fastifyCookie);
  serveRoutes(app, parts);
  return app;
}

/** Whether more of the body is to come than any route but the import takes. */
function bodyIsLong({ complete, headers }: IncomingMessage): boolean {
  return (
    !complete &&
    (headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > maxUploadBytes)
  );
}
