import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { linesOf, maxLineLength } from './lines.ts';

const chunksOf = (text: string, bytes: number) => {
  const all = Buffer.from(text);
  const count = Math.ceil(all.length / bytes);
  return Array.from({ length: count }, (_, i) => all.subarray(i * bytes, (i + 1) * bytes));
};
async function read(chunks: Iterable<Uint8Array>) {
  const lines: (string | null)[] = [];
  for await (const line of linesOf(Readable.from(chunks))) lines.push(line);
  return lines;
}

test('a text is split at the end of each line, whatever its chunks', async () => {
  const text = 'eins\nzwei – drei\n\n😀\nlast';
  for (const bytes of [1, 2, 3, 5, 100]) expect(await read(chunksOf(text, bytes))).toEqual(text.split('\n'));
  expect(await read(chunksOf('a\n', 10))).toEqual(['a']);
  expect(await read([])).toEqual([]);
});

test('a line of the allowed length is kept, a longer one becomes null, and the next one is read', async () => {
  const long = 'x'.repeat(maxLineLength);
  for (const bytes of [1_000, 65_536, 1_000_000])
    expect(await read(chunksOf(`${long}\n${long}y\nz`, bytes))).toEqual([long, null, 'z']);
  expect(await read(chunksOf(`${long}${long}`, 65_536))).toEqual([null]);
});

test('a line without an end holds no more than the limit', async () => {
  const chunk = Buffer.alloc(1_048_576, 'x');
  const before = process.memoryUsage().rss;
  const endless = (function* () {
    for (let megabyte = 0; megabyte < 560; megabyte++) yield chunk;
  })();
  expect(await read(endless)).toEqual([null]);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1_048_576);
});
