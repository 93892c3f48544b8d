import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** Prefix of folders with an unfinished installation; `git` and Docker ignore them. */
const staging = '.install-';
const nativeEngine = '@tensorflow/tfjs-node';
/** Folders that the native engine's download or build adds to its package. */
const engineFolders = ['deps', 'lib'];

/**
 * Installs the packages of package-lock.json that `node_modules` lacks. Existing packages stay until all new ones are
 * there, so a failed installation changes nothing. Throws SetupError.
 */
export function installPackages({ root, tests, npm = runNpm }) {
  removeUnfinished(root);
  if (missingPackage({ root, tests }) === null) return;
  process.stderr.write('Installing what is missing…\n');
  // A start without tests skips their tools, a third of all packages.
  const include = ['--include=optional', tests ? '--include=dev' : '--omit=dev'];
  try {
    if (isEmpty(join(root, 'node_modules'))) npm(['ci', ...include], root);
    else replaceInstallation(root, folder => npm(['ci', ...include], folder));
  } catch (error) {
    throw new SetupError(
      `The packages could not be installed; the existing ones are unchanged. ${error.message}\n` +
        'npm needs its registry or a mirror for this; deploy/README.md explains the installation without either.',
    );
  }
}

/**
 * The first package whose installed version differs from package-lock.json, or null. Compares contents, because all files of
 * a copied tree have new times. Packages for other systems may be absent, and so may the native engine's, which are
 * optional and for every system.
 */
export function missingPackage({ root, tests }) {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return 'node_modules';
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(record);
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/') || entry.link) continue;
    if (entry.dev && !tests) continue;
    const found = installed[path];
    const same = found?.version === entry.version && found?.integrity === entry.integrity;
    if (same && existsSync(join(root, path, 'package.json'))) continue;
    if (found === undefined && entry.optional && !isForThisMachine(entry)) continue;
    return path;
  }
  return null;
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** Whether an entry is for this system and processor. npm chooses among entries for different C libraries. */
function isForThisMachine({ os, cpu, libc }) {
  return (
    (os ?? cpu) !== undefined && libc === undefined && names(os, process.platform) && names(cpu, process.arch)
  );
}

function names(list, value) {
  const all = [list ?? []].flat();
  return (
    all.length === 0 ||
    all.includes(value) ||
    (all.every(each => each.startsWith('!')) && !all.includes(`!${value}`))
  );
}

/** Installs beside the old packages, then swaps both folders. */
function replaceInstallation(root, install) {
  const folder = mkdtempSync(join(root, staging));
  try {
    for (const path of ['package.json', 'package-lock.json', '.npmrc', ...linkedFolders(root)]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      cpSync(join(root, path), join(folder, path), { recursive: true });
    }
    install(folder);
    renameSync(join(root, 'node_modules'), join(folder, 'replaced'));
    renameSync(join(folder, 'node_modules'), join(root, 'node_modules'));
    keepNativeEngine({ from: join(folder, 'replaced'), to: join(root, 'node_modules') });
  } finally {
    // The second rename failed.
    if (!existsSync(join(root, 'node_modules')) && existsSync(join(folder, 'replaced')))
      renameSync(join(folder, 'replaced'), join(root, 'node_modules'));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Folders of the tree that the lock file links packages to. */
function linkedFolders(root) {
  return Object.values(readPackages(join(root, 'package-lock.json'))).flatMap(({ link, resolved }) =>
    link ? [resolved] : [],
  );
}

/** Keeps the native library of hundreds of megabytes if the version of its package stays the same. */
function keepNativeEngine({ from, to }) {
  const versions = [from, to].map(folder => versionOf(join(folder, nativeEngine, 'package.json')));
  if (versions[0] === undefined || versions[0] !== versions[1]) return;
  for (const name of engineFolders)
    if (existsSync(join(from, nativeEngine, name)))
      renameSync(join(from, nativeEngine, name), join(to, nativeEngine, name));
}

function versionOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

/** Removes the folders of a killed installation and restores the packages that it was about to replace. */
function removeUnfinished(root) {
  for (const name of readdirSync(root).filter(each => each.startsWith(staging))) {
    const replaced = join(root, name, 'replaced');
    if (!existsSync(join(root, 'node_modules')) && existsSync(replaced))
      renameSync(replaced, join(root, 'node_modules'));
    rmSync(join(root, name), { recursive: true, force: true });
  }
}

function isEmpty(folder) {
  return !existsSync(folder) || readdirSync(folder).length === 0;
}

/** Runs the npm that started this script, or the one on the path. Throws if npm fails. */
function runNpm(words, folder) {
  // Without network, npm's default retries take over a minute; it refuses a shortest wait above the longest.
  const patience = ['--prefer-offline', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
  const all = [...words, '--prefix', folder, ...patience, '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: folder, stdio: ['ignore', 2, 2] };
  const own = process.env.npm_execpath;
  try {
    // Another package manager may run the script; it has no `ci`.
    if (own !== undefined && basename(own).startsWith('npm-cli'))
      execFileSync(process.execPath, [own, ...all], options);
    else execFileSync('npm', all, { ...options, shell: process.platform === 'win32' });
  } catch (error) {
    const how =
      error.status === null || error.status === undefined ? error.message : `exit code ${error.status}`;
    throw new Error(`npm failed (${how}); its output is above.`);
  }
}
