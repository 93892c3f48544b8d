// Prepares a clone and runs one of its programs, on any Node of the machine. Plain JavaScript, because this Node may
// be older than the project's own.
import { execFileSync, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, linkNode } from './find-node.mjs';
import { installPackages } from './packages.mjs';
import { buildPage } from './page.mjs';
import { SetupError } from './setup-error.mjs';

/** Interval of the check whether npm's shell is gone. */
const orphanCheckMs = 500;
const parent = process.ppid;
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * `[page] [engine] [dev] [tests] -- PROGRAM [ARGUMENT …]`: installs the packages that are missing, then what the words
 * name, and runs the program on Node 24. `dev` are the packages of the tests, `tests` also the programs that they need.
 * This process ends as the program does.
 *
 * @param {readonly string[]} words
 */
export async function prepareAndRun(words) {
  process.chdir(root);
  const end = words.indexOf('--');
  const [wanted, command] = [words.slice(0, end), words.slice(end + 1)];
  try {
    installPackages({ root, tests: ['dev', 'tests'].some(word => wanted.includes(word)) });
    const node = findNode({ root });
    linkNode({ root });
    const env = environmentOf(node);
    const onNode24 = (args, more) =>
      execFileSync(node, args, { stdio: ['ignore', 2, 2], env: { ...env, ...more } });
    if (wanted.includes('page'))
      buildPage({
        root,
        build: () => onNode24(['node_modules/vite/bin/vite.js', 'build', 'client', '--logLevel', 'warn']),
      });
    // Makes Node's own fetch use the proxy of HTTPS_PROXY.
    if (wanted.includes('engine'))
      onNode24(['training/native/install.ts', '--if-missing'], { NODE_USE_ENV_PROXY: '1' });
    if (wanted.includes('tests')) (await import('./prepare-tests.mjs')).installTestTools();
    if (command.length > 0) run(command, { node, env });
  } catch (error) {
    process.stderr.write(`${error instanceof SetupError ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}

/** The path lists this Node first, then the programs of the packages. */
function environmentOf(node) {
  const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH ?? ''];
  return {
    ...process.env,
    PATH: path.join(delimiter),
    // Node caches compiled code there, which saves two seconds of processor time at a start.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules/.cache/node'),
  };
}

function run([program, ...args], { node, env }) {
  // On Windows the programs of packages are command files, which need a shell.
  const shell = process.platform === 'win32' && program !== 'node';
  const child = spawn(program === 'node' ? node : program, args, { stdio: 'inherit', env, shell });
  // npm sends a signal only to its shell, which ends without forwarding it.
  const watching = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watching);
    child.kill('SIGTERM');
  }, orphanCheckMs);
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'])
    process.on(signal, () => {
      // A terminal sends its interrupt to the program as well.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  child.on('error', error => {
    process.stderr.write(`${program} cannot be run: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
