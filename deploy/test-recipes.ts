import { readFileSync } from 'node:fs';

/** deploy/README.md. */
export const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');

/** The commands of its recipes, one per line. */
const commands = [...readme.matchAll(/^```sh\n([^`]*)```/gm)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);

/** The commands that begin with `beginning`, verbatim. Throws if there is none. */
export function recipe(beginning: string): string[] {
  const found = commands.filter(command => command.startsWith(beginning));
  if (found.length === 0) throw new Error(`README.md has no command that begins with ${beginning}`);
  return found;
}
