import type { Readable } from 'node:stream';

/** A drawing of 10,000 points is 90 KB as text. */
export const maxLineLength = 262_144;

/** The lines of a text in UTF-8; null for one that is longer than allowed, of which no more than that is ever held. */
export async function* linesOf(body: Readable): AsyncGenerator<string | null> {
  const decoder = new TextDecoder();
  let rest = '';
  let tooLong = false;

  const finished = (line: string) => {
    const whole = rest + line;
    const result = tooLong || whole.length > maxLineLength ? null : whole;
    rest = '';
    tooLong = false;
    return result;
  };

  for await (const chunk of body) {
    const [first, ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    let last = first;
    for (const line of others) {
      yield finished(last);
      last = line;
    }
    rest += last;
    if (rest.length > maxLineLength) [rest, tooLong] = ['', true];
  }
  if (rest !== '' || tooLong) yield finished(decoder.decode());
}
