import type { Reason, RefusalCode } from '../../../shared/ack.ts';

/** Sentences for refusals. English has none: the server's messages are English. */
export interface RefusalTexts {
  reasons: Record<Reason, string>;
  codes: Record<RefusalCode, string>;
}
