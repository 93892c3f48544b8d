import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What an installation adds to the package. */
const added = ['deps', 'lib'];

/**
 * Lets `install` work on a copy of the package in `folder`, without its library, and puts the copy's library in place of
 * the old one once `install` resolves. When it rejects, everything stays as it was. The copy lies beside the package,
 * where it finds the same other packages.
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
