import type { VerdictFacts } from '../../shared/training-protocol.ts';
import { language } from './language.ts';
import { verdictTexts } from './verdict-texts.ts';

export interface Decided {
  kind: 'promoted' | 'refused';
  reason?: string | undefined;
  facts?: VerdictFacts | undefined;
  /** The server's sentence: shown in English where the page has none. */
  message: string;
}

/** What a lesson brought, or why it was refused and what helps, in plain words. */
export function verdictText({ kind, reason = '', facts = {}, message }: Decided): string {
  const text = verdictTexts.value;
  const { learned, misread, digit, setAside = 0 } = facts;
  const aside = setAside > 0 ? [text.setAside(setAside)] : [];
  if (kind === 'refused') {
    const reasons: Record<string, string> = text.refused;
    const why = reason === 'digit_fell' && digit !== undefined ? text.digitFell(digit) : reasons[reason];
    return [why ?? message, ...aside].join(' ');
  }
  // A verdict of an earlier release has no facts.
  if (learned === undefined || misread === undefined) return language.value === 'en' ? message : text.better;
  return [misread > 0 ? text.learned(learned, misread) : text.better, ...aside].join(' ');
}
