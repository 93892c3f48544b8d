import type { FastifyReply } from 'fastify';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { Reason, Refusal } from '../../shared/ack.ts';
import { refuse } from '../core/refusal.ts';

/** The HTTP status of a reason. */
const statuses: Record<Reason, number> = {
  invalid: 400,
  too_large: 413,
  rate_limited: 429,
  unknown_drawing: 404,
  not_yours: 403,
  overloaded: 503,
  unavailable: 503,
  outdated: 409,
  forbidden: 403,
  not_found: 404,
  busy: 409,
  refused: 422,
  paused: 403,
  locked: 403,
  ended: 410,
};

/** Answers with what `work` resolves to; refusals with the status of their reason, the database away among them. */
export async function replyWith<Value>(reply: FastifyReply, work: () => Promise<Value | Refusal>) {
  const value = await work().catch((error: unknown) => {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    return refuse('unavailable', 'The database is away just now; try again.');
  });
  return isRefusal(value) ? reply.code(statuses[value.reason]).send(value) : value;
}

function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === false;
}
