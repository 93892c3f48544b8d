import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The folder that the test files of a run share. A benchmark has none. */
const { TEST_TEMPLATE: place } = process.env;
const pollMs = 50;

/**
 * A folder made once a run, for tests to copy: the first process that needs it calls `make`, the others wait. Resolves
 * to null outside a run.
 */
export async function runTemplate(
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string | null> {
  if (place === undefined) return null;
  const [making, made] = [join(place, `${name}-making`), join(place, name)];
  while (!existsSync(made)) {
    const first = await mkdir(making).then(
      () => true,
      () => false,
    );
    // Between the two questions another process may have finished.
    if (first && !existsSync(made)) {
      try {
        await make(making);
        await rename(making, made);
      } catch (error) {
        await rm(making, { recursive: true, force: true });
        throw error;
      }
    } else await sleep(pollMs);
  }
  return made;
}
