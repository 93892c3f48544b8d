import { loadedTexts, texts } from './language.ts';

interface Refused {
  reason: string;
  code?: string | undefined;
  message: string;
}

/** Why the server did not do it, in the page's language; its own message if the page knows neither code nor reason. */
export function refusalText({ reason, code = '', message }: Refused): string {
  if (reason === 'unanswered') return texts.value.link.noAnswer;
  const known = loadedTexts.value?.refusals;
  if (known === undefined) return message;
  const [codes, reasons]: Record<string, string>[] = [known.codes, known.reasons];
  return codes[code] ?? reasons[reason] ?? message;
}
