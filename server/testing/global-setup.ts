import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Creates the folder that the test files of a run share. Returns a function that removes it. */
export default function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-run-'));
  process.env.TEST_TEMPLATE = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
