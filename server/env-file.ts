import { parseEnv } from 'node:util';

/**
 * Names of the settings in the text of a `.env` file that are read otherwise than somebody has written them: an unquoted #
 * begins a comment, wherever it stands, and what follows a closing quote is dropped. `used` has what the server took for a
 * setting: one that came from elsewhere is left alone.
 */
export function cutSettings(text: string, used: (name: string) => string | false | undefined): string[] {
  const read = parseEnv(text);
  const lines = text.matchAll(/^[ \t]*(?:export[ \t]+)?(?<name>\w+)[ \t]*=(?<value>.*)$/gm);
  // A later line wins.
  const written = new Map(Array.from(lines, ({ groups }) => [groups?.name ?? '', groups?.value ?? '']));
  return [...written]
    .filter(([name, value]) => read[name] === used(name) && read[name] !== meant(value))
    .map(([name]) => name);
}

/** The value as a person reads it: quotes around it and a comment after a space belong to the file. */
function meant(value: string): string {
  const quoted = /^\s*(["'`])(?<inside>.*)\1\s*(#.*)?$/.exec(value);
  return quoted?.groups?.inside ?? value.replace(/\s#.*$/, '').trim();
}
