import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { roomSchema } from '../shared/protocol.ts';
import { cookieOptions, type Sessions, sessionCookie } from './session.ts';

export const clientFolder = fileURLToPath(new URL('../client/dist/', import.meta.url));

const yearSeconds = 31_536_000;

/**
 * The built client. Every page is the same file; which place it shows is the client's reading of the address.
 * Asking for a page is what gives a browser its session.
 */
export function servePages(app: FastifyInstance, sessions: Sessions) {
  const built = () => existsSync(join(clientFolder, 'index.html'));

  function sendPage(request: FastifyRequest, reply: FastifyReply) {
    if (!built()) {
      return reply
        .code(503)
        .type('text/plain')
        .send('The page is not built yet: run `npm start`, which builds it.');
    }
    const token = sessions.fromCookies(request.headers.cookie);
    const kept =
      sessions.identify(token).state === 'known' && token !== undefined ? token : sessions.issue().token;
    reply.setCookie(sessionCookie, kept, cookieOptions(request.protocol));
    return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false });
  }

  for (const path of ['/', '/wall', '/lab']) app.get(path, sendPage);
  for (const path of ['/r/:room', '/r/:room/wall', '/r/:room/lab']) {
    app.get<{ Params: { room: string } }>(path, (request, reply) => {
      const room = roomSchema.safeParse(request.params.room);
      if (room.success) return sendPage(request, reply);
      return reply
        .code(404)
        .type('text/plain')
        .send(`No room can have this name: ${room.error.issues[0].message}.`);
    });
  }
  void app.register(fastifyStatic, {
    root: clientFolder,
    index: false,
    cacheControl: false,
    // Names under assets/ carry a hash of their content.
    setHeaders(reply, path) {
      const immutable = path.includes('/assets/');
      reply.header('cache-control', immutable ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
    },
  });
}
