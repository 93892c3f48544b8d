import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** Sources of the page. */
const sources = ['client', 'shared', 'training', 'package-lock.json'];
const built = 'client/dist/index.html';
/** Records the hash of the sources of the built page. */
const record = 'client/dist/.sources';

/** Builds the page unless the existing one has these very sources. Throws SetupError if `build` fails. */
export function buildPage({ root, build }) {
  const now = hashOf(root);
  const file = join(root, record);
  if (existsSync(join(root, built)) && existsSync(file) && readFileSync(file, 'utf8') === now) return;
  process.stderr.write('Building the page…\n');
  try {
    build();
  } catch (error) {
    throw new SetupError(`The page could not be built: ${error.message}`);
  }
  writeFileSync(file, now);
}

/** Hashes names and contents, not times; skips tests and generated files. */
function hashOf(root) {
  const hash = createHash('sha256');
  const add = path => {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  };
  const walk = path => {
    const inside = readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    for (const entry of inside) {
      if (/^(dist|e2e|node_modules)$|\.test\.|\.md$/.test(entry.name)) continue;
      if (entry.isDirectory()) walk(`${path}/${entry.name}`);
      else add(`${path}/${entry.name}`);
    }
  };
  for (const path of sources) path.includes('.') ? add(path) : walk(path);
  return hash.digest('hex');
}
