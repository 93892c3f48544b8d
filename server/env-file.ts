import { parseEnv } from 'node:util';

/**
 * Names of settings in a `.env` file that are not read as their author wrote them: an unquoted # starts a comment
 * wherever it stands, and text after a closing quote is dropped. `used` has the values in use; a setting from
 * elsewhere is ignored.
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

/** The value as a person reads it: without surrounding quotes and without a comment after a space. */
function meant(value: string): string {
  const quoted = /^\s*(["'`])(?<inside>.*)\1\s*(#.*)?$/.exec(value);
  return quoted?.groups?.inside ?? value.replace(/\s#.*$/, '').trim();
}
