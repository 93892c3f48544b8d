import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { nodePackages } from '../server/setup/find-node.mjs';
import { temporaryFolder } from '../server/testing/server.ts';

/** Checks the Dockerfile without an engine, then runs its installation and build. */

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');
/** Instructions without comments, with continued lines joined. */
const lines = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter(line => line !== '');
const from = lines.findLastIndex(line => line.startsWith('FROM'));
const [build, last] = [lines.slice(0, from), lines.slice(from)];

test('the image has two stages of one pinned Node and runs as an unprivileged user', () => {
  expect(lines.filter(line => line.startsWith('FROM')).join('\n')).toMatch(
    /^FROM node:\$\{NODE\} AS build\nFROM node:\$\{NODE\}$/,
  );
  expect(lines[0]).toMatch(/^ARG NODE=24/);
  expect(last).toContain('USER 1000:1000');
  expect(last.findIndex(line => line.startsWith('USER'))).toBeGreaterThan(
    last.findLastIndex(line => line.startsWith('RUN')),
  );
});

test('the image contains exactly the files that the server reads at run time, by name', () => {
  const copied = last.filter(line => line.startsWith('COPY')).flatMap(line => line.split(' ').slice(2, -1));
  const folders = copied.map(path => path.replace('/inkling/', ''));
  expect(folders.sort()).toEqual(
    [
      'client/dist',
      'db',
      'init.sql',
      'models',
      'node_modules',
      'package.json',
      'server',
      'shared',
      'training',
    ].sort(),
  );
});

test('the image has a health check, a signal that reaches Node, and no secret', () => {
  expect(last.some(line => line.startsWith('HEALTHCHECK') && line.includes('/healthz'))).toBe(true);
  expect(last.at(-1)).toBe('CMD ["node", "--max-semi-space-size=8", "server/start.mjs"]');
  expect(lines.join('\n')).not.toMatch(/PASSWORD|TOKEN|SECRET|\bADD\b|curl|wget|:latest/i);
  const ignored = read('.dockerignore').split('\n');
  for (const secret of ['.env', '.git', '**/node_modules', 'data']) expect(ignored).toContain(secret);
});

describe('the packages of the image', () => {
  const install = build.find(line => line.includes('npm ci')) ?? '';
  const flags = /npm ci((?: --[\w=-]+)*)/.exec(install)?.[1]?.trim().split(' ') ?? [];
  const removing = build.find(line => line.includes('rm -rf')) ?? '';
  const removed = /&& rm -rf ([^&]+)/.exec(removing)?.[1]?.trim().split(' ') ?? [];
  const lock = z
    .object({
      packages: z.record(
        z.string(),
        z.looseObject({
          dev: z.boolean().default(false),
          optional: z.boolean().default(false),
          devOptional: z.boolean().default(false),
        }),
      ),
    })
    .parse(JSON.parse(read('package-lock.json')));
  const omits = (kind: string) => flags.includes(`--omit=${kind}`);
  /** Packages that `npm ci` leaves on this machine with the flags of the Dockerfile. */
  const installed = Object.entries(lock.packages)
    .filter(
      ([path, { dev, optional, devOptional }]) =>
        path.startsWith('node_modules/') &&
        existsSync(join(root, path)) &&
        !(dev && omits('dev')) &&
        !(optional && omits('optional')) &&
        !(devOptional && omits('dev') && omits('optional')),
    )
    .map(([path]) => path);
  const { folder, remove } = temporaryFolder();
  afterAll(remove);

  test('are installed from the lock file, once', () => {
    expect(lines.filter(line => /npm (ci|install|i)\b/.test(line))).toEqual([install]);
    // The flags that `installed` handles.
    for (const flag of flags) expect(['--omit=dev', '--omit=optional', '--no-audit']).toContain(flag);
    // Packages of this repository are copied before the installation.
    const before = build.slice(0, build.indexOf(install)).filter(line => line.startsWith('COPY'));
    const ours = [...read('package.json').matchAll(/"file:([^"]+)"/g)].map(([, path = '']) => path);
    for (const path of ours) expect(before.join('\n')).toContain(` ${path} `);
  });

  test('contain no second Node; nothing else is removed with it', () => {
    const nodes = Object.values(nodePackages);
    const patterns = removed.map(path => RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`));
    const gone = Object.keys(lock.packages).filter(path => patterns.some(pattern => pattern.test(path)));
    expect(gone.sort()).toEqual(nodes.map(name => `node_modules/${name}`).sort());
  });

  // The image and its native bindings are for Linux.
  test.skipIf(process.platform !== 'linux')('build the page', () => {
    for (const path of installed.filter(path => path.lastIndexOf('node_modules/') === 0)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      symlinkSync(join(root, path), join(folder, path));
    }
    const packages = Object.fromEntries(installed.map(path => [path, lock.packages[path]]));
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
    const filter = (path: string) => !path.endsWith('client/dist');
    for (const name of ['package.json', 'package-lock.json', 'tsconfig.json', 'client', 'shared', 'training'])
      cpSync(join(root, name), join(folder, name), { recursive: true, filter });
    cpSync(join(root, 'server/setup'), join(folder, 'server/setup'), { recursive: true });
    // A program that the image lacks must not be found on this machine.
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/npm'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { scripts } = z
      .object({ scripts: z.object({ build: z.string() }) })
      .parse(JSON.parse(read('package.json')));
    expect(build.some(line => line.startsWith('RUN npm run build '))).toBe(true);
    const { status, stderr } = spawnSync('sh', ['-c', scripts.build], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`,
        // A link counts as the package itself, so that a package resolves only its neighbours in this folder.
        NODE_OPTIONS: '--preserve-symlinks --preserve-symlinks-main',
      },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
    expect(existsSync(join(folder, 'client/dist/index.html'))).toBe(true);
  });
});
