import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Around a run of the tests: a place for what its files share. Returns what removes it. */
export default function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-run-'));
  process.env.TEST_TEMPLATE = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
