import { type Decided, verdictText } from '../language/verdict-text.ts';

export type VerdictMessageProps = Decided;

/** What a lesson brought, or why it was refused. */
export function VerdictMessage(decided: VerdictMessageProps) {
  return <p class="news-message">{verdictText(decided)}</p>;
}
