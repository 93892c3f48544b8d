import type { Reason, RefusalCode } from '../../../shared/protocol.ts';

/** Sentences for refusals. English has none: the server's messages are English. */
export interface RefusalTexts {
  reasons: Record<Reason, string>;
  codes: Record<RefusalCode, string>;
}
