import type { VerdictFacts } from './training-protocol.ts';

/** Reason of a refusal. The list is fixed: clients act on it, people read `message`. */
export const reasons = [
  'invalid',
  'too_large',
  'rate_limited',
  'unknown_drawing',
  'not_yours',
  'overloaded',
  'unavailable',
  'outdated',
  'forbidden',
  'not_found',
  'busy',
  'refused',
  /** A host has paused the person, or the room. */
  'paused',
  /** A host lets nobody new in. */
  'locked',
  /** The room has ended. */
  'ended',
] as const;
export type Reason = (typeof reasons)[number];

/** Subject of a refusal, where its reason alone does not name it: pages have a sentence for each in their language. */
export const refusalCodes = [
  'host_only',
  'host_teaches',
  'admin_only',
  'wrong_token',
  'no_session',
  'room_exists',
  'already_learning',
  'round_full',
  'round_judged',
  'drawing_deleted',
  'no_host',
  'person_gone',
  'no_lesson',
  'no_round',
  'nothing_to_learn',
  'version_unknown',
  'version_dropped',
  'version_changed',
  'other_net',
  'nothing_drawn',
  'lobby_stays',
  'picture_only',
  'uploaded_already',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export interface Refusal {
  ok: false;
  reason: Reason;
  code?: RefusalCode;
  /** Of an upload that the gate refused. */
  verdict?: { reason: string; facts: VerdictFacts | undefined };
  /** In English, for clients that know neither the code nor the reason. */
  message: string;
  retryAfterMs?: number;
}
export type Ack<Value = undefined> =
  | (Value extends undefined ? { ok: true } : { ok: true; value: Value })
  | Refusal;
