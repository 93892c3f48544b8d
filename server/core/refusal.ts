import type { z } from 'zod';
import type { Reason, Refusal, RefusalCode } from '../../shared/ack.ts';

/** The sentence alone, or with the code by which pages have it in their language. */
type Sentence = string | { code: RefusalCode; message: string };

export function refuse(reason: Reason, sentence: Sentence): Refusal {
  return { ok: false, reason, ...(typeof sentence === 'string' ? { message: sentence } : sentence) };
}

/** The first issue of an input as one sentence. Arrays and strings that are too long are `too_large`. */
export function refuseInput(error: z.ZodError): Refusal {
  const [issue] = error.issues;
  const where = issue.path.length > 0 ? issue.path.join('.') : 'payload';
  const counted = issue.code === 'too_big' && (issue.origin === 'array' || issue.origin === 'string');
  return refuse(counted ? 'too_large' : 'invalid', `${where}: ${issue.message}`);
}

export function rateLimited(retryAfterMs: number): Refusal {
  return { ...refuse('rate_limited', 'Too much at once; slow down.'), retryAfterMs };
}
