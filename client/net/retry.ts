import type { Ack } from '../../shared/ack.ts';

/** Timed out or disconnected: the client cannot know whether the server handled the request. */
export interface NoAnswer {
  ok: false;
  reason: 'unanswered';
  message: string;
  retryAfterMs?: number;
}
export type Answer<Value = undefined> = Ack<Value> | NoAnswer;

export const noAnswer: NoAnswer = {
  ok: false,
  reason: 'unanswered',
  message: '', // the page has a sentence of its own
};

/** Whether a later retry may succeed. */
export function isTransient({ reason }: Exclude<Answer, { ok: true }>): boolean {
  switch (reason) {
    case 'unanswered':
    case 'rate_limited':
    case 'overloaded':
    case 'unavailable':
    case 'busy':
    case 'paused':
    case 'locked':
      return true;
    case 'invalid':
    case 'too_large':
    case 'unknown_drawing':
    case 'not_yours':
    case 'outdated':
    case 'forbidden':
    case 'not_found':
    case 'refused':
    case 'ended':
      return false;
    default:
      return reason satisfies never;
  }
}
