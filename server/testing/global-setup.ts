import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Creates the folder that the test files of a run share. Returns a function that removes it. `npm test` has created one
 * for all its parts.
 */
export default function setUp() {
  if (process.env.TEST_TEMPLATE !== undefined) return () => {};
  const folder = mkdtempSync(join(tmpdir(), 'inkling-run-'));
  process.env.TEST_TEMPLATE = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
