import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { decodeWeights, encodeWeights, type Weights } from '../../shared/weights.ts';
import { forgedUploads } from '../red-team/forged-uploads.ts';
import { benignDefaults } from './benign-norms.ts';
import { checkUpload, type UploadReason, uploadReasons } from './check-upload.ts';
import type { GateKind } from './gate-kind.ts';

let base: Weights;
beforeAll(async () => {
  base = decodeWeights(await readFile(new URL('../../models/base/weights.bin', import.meta.url)));
});

const mapped = (which: RegExp, to: (value: number) => number) =>
  Object.fromEntries(
    Object.entries(base).map(([name, { shape, data }]) => [
      name,
      { shape, data: which.test(name) ? data.map(to) : data },
    ]),
  );

const refusals: [string, UploadReason, RegExp][] = [
  ['short', 'size', /have 344944 bytes, found 344940/],
  ['long', 'size', /found 344948/],
  ['wrong_magic', 'format', /begin with "INKW", found "PK/],
  ['nan', 'not_finite', /denseBias: expected finite numbers, found NaN/],
  ['infinite', 'not_finite', /found Infinity/],
  ['variance_negative', 'variance', /at least 0, found -/],
  ['statistics_poisoned', 'statistics', /mean1: batch-norm statistics stay/],
  ['zeros', 'statistics', /mean1/],
  ['random', 'magnitude', /Training changes filter1 by up to/],
  ['times_ten', 'magnitude', /by 900\.0 %/],
  ['class_swapped', 'magnitude', /Training changes dense/],
];

test.each(refusals)('[FR6] %s is refused for its %s', (kind, reason, message) => {
  const checked = checkUpload(forgedUploads(base, 1)[kind]!, base);
  expect(checked).toMatchObject({ ok: false, reason, message: expect.stringMatching(message) });
});

test('[FR6] other shapes in as many bytes are refused, and every reason is tested', () => {
  const { filter3, ...rest } = base;
  const turned = { ...rest, filter3: filter3! };
  expect(checkUpload(encodeWeights(turned), base)).toMatchObject({ ok: false, reason: 'shapes' });
  expect(new Set([...refusals.map(([, reason]) => reason), 'shapes'])).toEqual(new Set(uploadReasons));
});

test('[FR6] a flipped bit is refused', () => {
  const bytes = encodeWeights(base);
  bytes[bytes.length - 20]! ^= 1;
  expect(checkUpload(bytes, base)).toMatchObject({ ok: false, reason: 'format' });
});

test('[FR6] every forged upload is refused, whatever its seed', () => {
  for (const seed of [2, 3])
    for (const bytes of Object.values(forgedUploads(base, seed)))
      expect(checkUpload(bytes, base).ok).toBe(false);
});

test('[FR6] the base itself and a small change of it pass', () => {
  expect(checkUpload(encodeWeights(base), base)).toEqual({ ok: true, weights: base });
  const changed = mapped(/^(filter|dense$)/, value => value * 1.01);
  expect(checkUpload(encodeWeights(changed), base)).toEqual({ ok: true, weights: changed });
});

test('[FR6] statistics that a graphics card rounded are put right', () => {
  const rounded = mapped(/^(mean|variance)/, value => value * 1.0005);
  expect(checkUpload(encodeWeights(rounded), base)).toEqual({ ok: true, weights: base });
});

test('a room, which may teach signs of its own, takes updates twice as long as lobby and house, and no longer ones', () => {
  const moved = (share: number) =>
    Object.fromEntries(
      Object.entries(base).map(([name, { shape, data }]) => [
        name,
        { shape, data: name === 'filter1' ? data.map(value => value * (1 + share)) : data },
      ]),
    );
  const benign = benignDefaults.tensors.filter1!;
  const isTaken = (times: number, gate: GateKind) =>
    checkUpload(encodeWeights(moved(times * benign)), base, { gate }).ok;
  expect([7, 9, 15, 17].map(times => isTaken(times, 'house'))).toEqual([true, false, false, false]);
  expect([7, 9, 15, 17].map(times => isTaken(times, 'room'))).toEqual([true, true, true, false]);
});
