import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readStrokesFile, StrokesFileError } from './strokes-file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strokes-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string) {
  const path = join(folder, 'some.jsonl');
  await writeFile(path, text);
  return readStrokesFile(path);
}

const good = '{"label":7,"strokes":[[[0,0.5],[1,0.5]],[[3,4]]],"set":"a","writer":12,"t":[[0,1],[2]]}';

test('lines become flat strokes, with times, set and writer where they are given', async () => {
  expect(await read(`${good}\n\n{"label":0,"strokes":[]}\n`)).toEqual([
    {
      label: 7,
      strokes: [
        [0, 0.5, 1, 0.5],
        [3, 4],
      ],
      times: [[0, 1], [2]],
      set: 'a',
      writer: '12',
    },
    { label: 0, strokes: [] },
  ]);
});

test.each([['[[1]]'], ['[[1,2],[3]]'], ['[["1","2"]]'], ['null']])(
  'times that are not one for each point are left out: %s',
  async t => {
    expect(await read(`{"label":7,"strokes":[[[1,2],[3,4]]],"t":${t}}`)).toEqual([
      { label: 7, strokes: [[1, 2, 3, 4]] },
    ]);
  },
);

test.each([
  ['a byte order mark', `\ufeff${good}\n${good}\n`],
  ['a byte order mark in each of two joined files', `\ufeff${good}\n\ufeff${good}\n`],
  ['Windows line endings', `${good}\r\n\r\n${good}\r\n`],
  ['old Macintosh line endings', `${good}\r${good}\r`],
  ['all of these', `\ufeff${good}\r\n${good}`],
])('a file with %s is read', async (_, text) => {
  expect(await read(text)).toEqual([...(await read(good)), ...(await read(good))]);
});

test('a UTF-16 file, as Windows PowerShell writes it, is rejected, and the error names the file', async () => {
  const path = join(folder, 'utf-16.jsonl');
  await writeFile(path, Buffer.from(`\ufeff${good}\n`, 'utf16le'));
  await expect(readStrokesFile(path)).rejects.toThrow(/utf-16\.jsonl is not text in UTF-8/);
});

test.each([
  ['no JSON', `${good}\noops`, /line 2: this is not JSON/],
  ['a digit past nine', `${good}\n${good}\n{"label":10,"strokes":[]}`, /line 3: label/],
  ['a label in quotes', '{"label":"7","strokes":[]}', /line 1: label/],
  ['no strokes', '{"label":7}', /line 1: strokes/],
  ['a point of three', '{"label":7,"strokes":[[[1,2,3]]]}', /line 1: strokes\.0\.0/],
  ['a point of words', '{"label":7,"strokes":[[["a",2]]]}', /line 1: strokes\.0\.0\.0/],
  ['nothing', '\n\n', /holds no drawings/],
])('%s is rejected, and the error names the line', async (_, text, message) => {
  await expect(read(text)).rejects.toThrow(StrokesFileError);
  await expect(read(text)).rejects.toThrow(message);
});

test('a missing file is named', async () => {
  await expect(readStrokesFile(join(folder, 'none.jsonl'))).rejects.toThrow(
    /none\.jsonl cannot be read: ENOENT/,
  );
});
