import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { roomSchema } from '../../shared/protocol.ts';
import { isSecureRequest } from '../auth/client-address.ts';
import { cookieOptions, type Sessions, sessionCookie } from '../auth/session.ts';
import { meantPath } from '../room/meant-path.ts';
import { nothingHere } from './http-errors.ts';

export const clientFolder = fileURLToPath(new URL('../../client/dist/', import.meta.url));

const yearSeconds = 31_536_000;

export interface PagesParts {
  sessions: Sessions;
  trustProxy: number;
  /** Where the built client is. */
  folder?: string;
}

/**
 * The built client. Every page is the same file; which place it shows is the client's reading of the address.
 * Asking for a page is what gives a browser its session. Where the build wrote a compressed copy beside a file, a
 * browser that accepts its encoding gets the copy (client/precompress.ts).
 */
export function servePages(
  app: FastifyInstance,
  { sessions, trustProxy, folder = clientFolder }: PagesParts,
) {
  const built = () => existsSync(join(folder, 'index.html'));

  /** A page in the style of the others. Its own text explains a proxy that serves Inkling below a path. */
  function sendNoPage(reply: FastifyReply) {
    void reply.code(404).header('cache-control', 'no-store');
    return built() ? reply.sendFile('nowhere.html', { cacheControl: false }) : reply.send(nothingHere());
  }

  /** Leads a person to the page that they mean. */
  function sendMeant(request: FastifyRequest, reply: FastifyReply) {
    const [path, ...query] = request.url.split('?');
    const meant = meantPath(path);
    if (meant === undefined || meant === path) return sendNoPage(reply);
    return reply.header('cache-control', 'no-store').redirect([meant, ...query].join('?'), 302);
  }

  function sendPage(request: FastifyRequest, reply: FastifyReply) {
    const prefix = trustProxy > 0 ? `${request.headers['x-forwarded-prefix'] ?? ''}` : '';
    if (/[^/]/.test(prefix)) return sendNoPage(reply);
    if (!built()) {
      return reply
        .code(503)
        .type('text/plain')
        .send('The page is not built yet: run `npm start`, which builds it.');
    }
    const token = sessions.fromCookies(request.headers.cookie);
    const kept =
      sessions.identify(token).state === 'known' && token !== undefined ? token : sessions.issue().token;
    reply.setCookie(sessionCookie, kept, cookieOptions({ secure: isSecureRequest(request, trustProxy) }));
    return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false });
  }

  app.setNotFoundHandler((request, reply) => {
    const { method, headers, url } = request;
    // A person who opened a page reads text; a program or a script reads JSON.
    const opened =
      method === 'GET' && headers.accept?.includes('text/html') && !/^\/(api|assets)\//.test(url);
    return opened ? sendMeant(request, reply) : reply.code(404).send(nothingHere());
  });
  for (const path of ['/', '/wall', '/lab', '/privacy']) app.get(path, sendPage);
  for (const path of ['/r/:room', '/r/:room/wall', '/r/:room/lab', '/r/:room/privacy']) {
    app.get<{ Params: { room: string } }>(path, (request, reply) => {
      const isRoom = roomSchema.safeParse(request.params.room).success;
      return isRoom ? sendPage(request, reply) : sendMeant(request, reply);
    });
  }
  void app.register(fastifyStatic, {
    root: folder,
    index: false,
    cacheControl: false,
    preCompressed: true,
    // Names under assets/ hold a hash of their content.
    setHeaders(reply, path) {
      if (path.endsWith('nowhere.html')) return void reply.header('cache-control', 'no-store');
      const immutable = /[\\/]assets[\\/]/.test(path);
      reply.header('cache-control', immutable ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
    },
  });
}
