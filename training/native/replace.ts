import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folders that an installation adds to the package. */
const added = ['deps', 'lib'];

/**
 * Runs `install` on a copy of the package in `folder`, without its library. Replaces the old library with the copy's if
 * `install` resolves; changes nothing if it rejects. The copy is a sibling of the package, so it resolves the same
 * packages.
 */
export async function replaceEngine(folder: string, install: (copy: string) => Promise<void>): Promise<void> {
  const copy = mkdtempSync(join(dirname(folder), '.tfjs-node-'));
  try {
    cpSync(folder, copy, {
      recursive: true,
      filter: path => !added.some(name => path === join(folder, name)),
    });
    await install(copy);
    for (const name of added) {
      if (existsSync(join(folder, name))) renameSync(join(folder, name), join(copy, `replaced-${name}`));
      if (existsSync(join(copy, name))) renameSync(join(copy, name), join(folder, name));
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
