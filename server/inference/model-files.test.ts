import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WeightsError } from '../../shared/weights.ts';
import { temporaryFolder } from '../testing/server.ts';
import { loadModel } from './model-files.ts';

const base = fileURLToPath(new URL('../../models/base/', import.meta.url));
let copy: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  copy = temporaryFolder();
  cpSync(base, copy.folder, { recursive: true });
});
afterEach(() => copy.remove());

test('the shipped model loads, and its card names its version', () => {
  const { version, card, weights } = loadModel(base);
  expect(card.version).toBe(version);
  expect(weights.length).toBeGreaterThan(10_000);
});

test.each<[string, (weights: Buffer) => Buffer]>([
  ['cut short', weights => weights.subarray(0, weights.length - 4)],
  ['too long', weights => Buffer.concat([weights, Buffer.alloc(4)])],
  ['of another kind', weights => Buffer.concat([Buffer.from('PNG!'), weights.subarray(4)])],
  ['empty', () => Buffer.alloc(0)],
  ['changed in one bit', weights => flipped(weights, weights.length >> 1)],
  ['holding a NaN', weights => withNaN(weights)],
])('weights %s are refused with the file and the reason', (_what, spoil) => {
  const file = join(copy.folder, 'weights.bin');
  writeFileSync(file, spoil(readFileSync(file)));
  expect(() => loadModel(copy.folder)).toThrow(WeightsError);
  expect(() => loadModel(copy.folder)).toThrow(copy.folder);
});

test.each([['not JSON'], ['{}'], ['{"version":7}']])('a card with the text %s is refused', text => {
  writeFileSync(join(copy.folder, 'card.json'), text);
  expect(() => loadModel(copy.folder)).toThrow(WeightsError);
});

test('a model that is missing is refused by name', () => {
  expect(() => loadModel('/nowhere')).toThrow('/nowhere/weights.bin cannot be read');
});

function flipped(weights: Buffer, at: number): Buffer {
  const copyOf = Buffer.from(weights);
  copyOf[at] ^= 1;
  return copyOf;
}

function withNaN(weights: Buffer): Buffer {
  const copyOf = Buffer.from(weights);
  copyOf.writeFloatLE(Number.NaN, copyOf.length - 400);
  return copyOf;
}
