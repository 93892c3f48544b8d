import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, test } from 'vitest';
import { layDatabase } from '../../db/testing/data-folder-template.ts';
import { freePort } from '../../db/testing/free-port.ts';

/**
 * The first command in a fresh clone, with each common npm: 9.2 is Debian's and Ubuntu's, 10 comes with Node 20 and
 * 22.
 */
const npms = { 9: '9.2.0', 10: '10.8.2', 11: '11.21.2' };
/** The npm that runs these tests has installed the tree that they run in: its clone starts with these packages. */
const own = /npm\/(\d+)/.exec(process.env.npm_config_user_agent ?? '')?.[1];

const tree = fileURLToPath(new URL('../..', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'inkling-clones-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The Node of the machine, which may be older than the one that runs the tests. */
const path = (process.env.PATH ?? '').split(':').filter(folder => !folder.includes('node_modules'));
const { HOME, NODE_EXTRA_CA_CERTS } = process.env;
const machine = {
  HOME,
  PATH: path.join(':'),
  npm_config_prefer_offline: 'true',
  // Where a proxy signs with an authority of its own.
  ...(NODE_EXTRA_CA_CERTS !== undefined && { NODE_EXTRA_CA_CERTS }),
};
const hasRegistry = spawnSync('npm', ['view', 'npm', 'version'], { env: machine }).status === 0;
/** Only ends hanging runs: npm installs 250 packages, next to other tests. */
const installMs = 900_000;

let files: string[] = [];
beforeAll(() => {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: tree,
    encoding: 'utf8',
  });
  files = listed.split('\n').filter(file => file !== '' && existsSync(join(tree, file)));
});

function clone(name: string): string {
  for (const file of files) {
    mkdirSync(dirname(join(root, name, file)), { recursive: true });
    cpSync(join(tree, file), join(root, name, file));
  }
  return join(root, name);
}

// An installation mostly waits for the disk: all three at once take little longer than one.
(hasRegistry ? test.concurrent : test.concurrent.skip).for(Object.entries(npms))(
  'with npm %s, `npm start` prepares a clone, serves, and stops on a signal',
  { timeout: installMs },
  async ([major, version], { expect }) => {
    const home = join(root, `npm-${major}`);
    execFileSync('npm', ['install', '--prefix', home, `npm@${version}`, '--no-audit', '--no-fund'], {
      env: machine,
    });
    const folder = clone(`clone-${major}`);
    if (major === own) symlinkSync(join(tree, 'node_modules'), join(folder, 'node_modules'));
    // One of the three runs builds the page; the others copy it.
    const page = join(tree, 'client/dist');
    if (major !== '9' && existsSync(page)) cpSync(page, join(folder, 'client/dist'), { recursive: true });
    // First starts are tested elsewhere (db/connection/pglite-folder.server.test.ts).
    await layDatabase(join(folder, 'data'));
    const port = String(await freePort());
    const npm = join(home, 'node_modules/npm/bin/npm-cli.js');
    // For a user who disables install scripts the result is the same.
    const settings = {
      PORT: port,
      DATA_DIR: join(folder, 'data'),
      ENGINE: 'wasm',
      npm_config_ignore_scripts: 'true',
    };
    const child = spawn('node', [npm, 'start'], { cwd: folder, env: { ...machine, ...settings } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text));
    const ended = new Promise<number | null>(resolve => child.once('close', resolve));

    for (;;) {
      if (child.exitCode !== null) throw new Error(`It ended:\n${output}`);
      if ((await fetch(`http://localhost:${port}/readyz`).catch(() => null))?.ok) break;
      await delay(200);
    }
    const served = await fetch(`http://localhost:${port}/`);
    expect({ status: served.status, type: served.headers.get('content-type') }).toEqual({
      status: 200,
      type: expect.stringContaining('text/html'),
    });
    child.kill('SIGTERM');
    await ended;
    const isGone = () =>
      fetch(`http://localhost:${port}/healthz`).then(
        () => false,
        () => true,
      );
    await expect.poll(isGone, { timeout: 60_000 }).toBe(true);
    rmSync(folder, { recursive: true, force: true });
  },
);
