// Makes a fresh clone ready, on whatever Node the machine has: `node server/setup.mjs [build] [test]`.
// Plain JavaScript, because the Node that runs it may be older than the one the project brings along.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

// npm writes this file last, so one newer than the lock file means a finished installation of it.
const modified = file => (existsSync(file) ? statSync(file).mtimeMs : 0);
if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  say('Installing what is missing…');
  npm('ci', '--no-audit', '--no-fund', '--loglevel=error');
}

const wanted = process.argv.slice(2);
if (
  wanted.includes('build') &&
  newest(['client', 'shared', 'training']) > modified('client/dist/index.html')
) {
  say('Building the page…');
  npm('run', '-s', 'build');
}
if (wanted.includes('test')) {
  const { installTestTools } = await import('./setup-tests.mjs');
  installTestTools();
}

/** When anything in these folders last changed, what is generated left out. */
function newest(paths) {
  let latest = 0;
  for (const path of paths) {
    const status = statSync(path);
    if (!status.isDirectory()) latest = Math.max(latest, status.mtimeMs);
    else {
      const inside = readdirSync(path).filter(name => name !== 'dist' && !name.includes('.test.'));
      latest = Math.max(latest, newest(inside.map(name => join(path, name))));
    }
  }
  return latest;
}

function npm(...words) {
  const npmScript = process.env.npm_execpath;
  try {
    if (npmScript) execFileSync(process.execPath, [npmScript, ...words], { stdio: ['ignore', 2, 2] });
    else execFileSync('npm', words, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  } catch {
    say(`\`npm ${words.join(' ')}\` failed; what it says is above.`);
    process.exit(1);
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
