import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuse } from '../core/refusal.ts';
import { nothingHere } from './http-errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The media type of the body that the route takes: JSON where it is not set; `nothing` where no body is needed. */
    takes?: string;
  }
}

const json = 'application/json';

/** The options of a route that needs no body. */
export const takesNothing = { config: { takes: 'nothing' } };

/** Refuses, before it is read, a body of a media type that its route does not take; and a missing one. */
export function checkBodies(app: FastifyInstance) {
  app.removeContentTypeParser('text/plain');
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(json);
  app.addContentTypeParser(json, { parseAs: 'string' }, (request, body, done) =>
    body.length === 0 ? done(null, undefined) : parseJson(request, `${body}`, done),
  );

  app.addHook('onRequest', async (request, reply) => {
    if (/^(GET|HEAD)$/.test(request.method)) return;
    if (request.is404) return reply.code(404).send(nothingHere());
    const complaint = complaintOf(request);
    if (complaint !== undefined) return reply.code(415).send(refuse('invalid', complaint));
  });

  app.addHook('preValidation', async (request, reply) => {
    const { method, body, is404 } = request;
    if (is404 || body !== undefined || !/^(POST|PATCH)$/.test(method)) return;
    const { takes = json } = request.routeOptions.config;
    if (takes === json) return reply.code(400).send(refuse('invalid', 'The body is empty; send JSON.'));
  });
}

/** The fault in the headers about the body. */
function complaintOf({ headers, routeOptions }: FastifyRequest): string | undefined {
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = headers;
  const { takes = json } = routeOptions.config;
  const remedy = takes === 'nothing' ? 'this request needs no body' : `send it as ${takes}`;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (hasBody && encoding !== 'identity') return `The body is compressed (${encoding}); send it as it is.`;
  if (type === undefined) return hasBody ? `The body has no content type; ${remedy}.` : undefined;
  const sent = type.split(';')[0].trim().toLowerCase();
  const isTaken = sent === takes || (takes === 'nothing' && sent === json);
  return isTaken ? undefined : `The body was sent as ${type.slice(0, 100)}; ${remedy}.`;
}
