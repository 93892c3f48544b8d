import { type Decided, verdictText } from '../language/verdict-text.ts';

export type VerdictMessageProps = Decided;

/** Shows what a job brought, or why its candidate was refused. */
export function VerdictMessage(decided: VerdictMessageProps) {
  return <p class="news-message">{verdictText(decided)}</p>;
}
