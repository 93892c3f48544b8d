import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** Holds the documents to the tree and to their own numbering. */

const root = fileURLToPath(new URL('..', import.meta.url));
const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
  cwd: root,
}).toString();
const documents = listed.split('\n').filter(file => file !== '' && existsSync(join(root, file)));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const linksOf = (file: string) => Array.from(read(file).matchAll(/\]\(([^)\s]+)\)/g), ([, link]) => link);

/** The anchor that a heading gets: lower case, letters, digits, `-` and `_` alone, a hyphen for each space. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (file: string) =>
  Array.from(read(file).matchAll(/^#+ (.+)$/gm), ([, heading]) => anchorOf(heading));

test.each(documents)('every link of %s leads to a file and a heading of the tree', file => {
  const ours = linksOf(file).filter(link => !/^\w+:/.test(link));
  const broken = ours.filter(link => {
    const [path, anchor] = link.split('#');
    const target = path === '' ? file : normalize(join(dirname(file), path));
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

describe('DECISIONS.md', () => {
  const [index, decisions] = read('DECISIONS.md').split('## The decisions');
  const numbersIn = (text: string, pattern: RegExp) =>
    Array.from(text.matchAll(pattern), ([, number]) => Number(number));
  const headings = numbersIn(decisions, /^### (\d+)\. /gm);

  test('numbers its decisions one after the other', () => {
    expect(headings).toEqual(headings.map((_, i) => i + 1));
  });

  test('lists each decision once by topic, and marks the superseded ones in both places', () => {
    const indexed = numbersIn(index, /^- \[(\d+)\. /gm);
    expect(indexed.toSorted((one, other) => one - other)).toEqual(headings);
    const markedInIndex = Array.from(
      index.matchAll(/\[(\d+)\. .+ \(superseded by (\d+)\)$/gm),
      ([, ...both]) => both,
    );
    const marked = Array.from(
      decisions.matchAll(/^### (\d+)\. .+\n\n\S+ \*\*Superseded by (\d+)\.\*\*/gm),
      ([, ...both]) => both,
    );
    expect(markedInIndex.map(String).toSorted()).toEqual(marked.map(String).toSorted());
    expect(marked.length).toBeGreaterThan(0);
  });
});
