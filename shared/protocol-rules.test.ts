import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Compares the rules of PROTOCOL.md with the names of the tests that prove them. */

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(root + file, 'utf8');
const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.test.ts', '*.spec.ts'], {
  cwd: root,
});
const testFiles = listed
  .toString()
  .split('\n')
  .filter(file => file !== '' && existsSync(root + file));

const rules = Array.from(read('shared/PROTOCOL.md').matchAll(/^- \*\*([A-Z]+\d+)\*\* \S/gm), ([, id]) => id);

/** The ids at the beginning of a test's name, which follows `(` of `test`, `test.each(…)` and their like. */
const namePattern = /(describe\b[^'"`\n]*)?\(\s*['"`]((?:\[[A-Z]+\d+\] )+)/g;
const named = testFiles.flatMap(file =>
  Array.from(read(file).matchAll(namePattern), ([, group, ids]) => ({
    file,
    group,
    ids: ids.match(/\w+/g) ?? [],
  })),
);
const proved = new Set(named.flatMap(({ ids }) => ids));

test('each rule has an id of its own', () => {
  expect(rules.length).toBeGreaterThan(100);
  expect(rules.filter((id, i) => rules.indexOf(id) !== i)).toEqual([]);
});

test('each rule of PROTOCOL.md begins the name of a test', () => {
  expect(rules.filter(id => !proved.has(id))).toEqual([]);
});

test('no test names a rule that PROTOCOL.md does not have', () => {
  const unknown = named.flatMap(({ file, ids }) =>
    ids.filter(id => !rules.includes(id)).map(id => `${file} ${id}`),
  );
  expect(unknown).toEqual([]);
});

test('tests are named by rules, groups of tests are not', () => {
  expect(named.filter(({ group }) => group !== undefined).map(({ file }) => file)).toEqual([]);
});
