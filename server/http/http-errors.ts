import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Refusal } from '../../shared/ack.ts';
import { refuse } from '../core/refusal.ts';

export const nothingHere = (): Refusal => refuse('not_found', 'There is nothing here.');

/** The server's own message about a malformed request, by the code of Fastify's error. */
const sentences: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its Content-Length.',
  FST_ERR_BAD_URL: 'The address is not a valid URL: a % in it needs two hexadecimal digits.',
};

/** The answer to a request that Fastify could not handle; undefined for an error of the server itself. */
export function refusalOf(
  error: unknown,
  bodyLimit?: number,
): { status: number; refusal: Refusal } | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const status = Number(error.statusCode);
  if (!(status >= 400 && status < 500)) return undefined;
  // A path that leads out of the folder of the page.
  if (status === 403) return { status: 404, refusal: nothingHere() };
  if (status === 413)
    return {
      status,
      refusal: refuse('too_large', `The body has more than the ${bodyLimit} bytes allowed here.`),
    };
  const code = 'code' in error ? `${error.code}` : '';
  return { status, refusal: refuse('invalid', sentences[code] ?? 'The server cannot read this request.') };
}

/** Answers what is no HTTP request, and ends the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket) {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, sentence] = clientErrors[error.code ?? ''] ?? [400, 'This is not a valid HTTP request.'];
  const body = JSON.stringify(refuse(status === 431 ? 'too_large' : 'invalid', sentence));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy(error);
}

const clientErrors: Readonly<Record<string, [number, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are too long.'],
};
