import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodePng } from './encode-png.ts';
import { worstSheet } from './worst-sheet.ts';

const read = (digit: number, probability: number) =>
  Array.from({ length: 10 }, (_, i) => (i === digit ? probability : (1 - probability) / 9));
const raster = new Uint8Array(784);

test('shows the worst predictions first, at most `count`', () => {
  const sheet = worstSheet(
    [
      { raster, label: 3, probabilities: read(3, 0.9) },
      { raster, label: 4, probabilities: read(9, 0.99) },
      { raster, label: 5, probabilities: read(5, 0.6) },
    ],
    { count: 2 },
  );
  expect(sheet.match(/<image/g)).toHaveLength(2);
  expect(sheet.indexOf('4 read as')).toBeLessThan(sheet.indexOf('5 read as'));
  expect(sheet).toMatch(/class="wrong">9<.*99 %.*class="right">5<.*60 %/s);
});

test('a PNG contains its size and its pixels', () => {
  const png = Buffer.from(encodePng(Uint8Array.of(0, 64, 128, 255, 1, 2), { width: 3 }));
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3, 2]);
  const data = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
  expect([...rows]).toEqual([0, 0, 64, 128, 0, 255, 1, 2]);
});
