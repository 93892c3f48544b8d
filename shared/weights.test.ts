import { expect, test } from 'vitest';
import { decodeWeights, encodeWeights, type Weights, WeightsError } from './weights.ts';

const weights: Weights = {
  filter: { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e-9, 0, 5, 1e30) },
  bias: { shape: [1], data: Float32Array.of(0.1) },
};

/** The bytes with a change, and a corrected checksum so that the next check runs. */
function changed(change: (bytes: Uint8Array, view: DataView) => void, { sign = true } = {}): Uint8Array {
  const bytes = encodeWeights(weights);
  const view = new DataView(bytes.buffer);
  change(bytes, view);
  if (sign) {
    let hash = 0x811c9dc5;
    for (const byte of bytes.subarray(16)) hash = Math.imul(hash ^ byte, 0x01000193);
    view.setUint32(12, hash >>> 0, true);
  }
  return bytes;
}

test('decode gives back what was encoded, at any alignment of the bytes', () => {
  const bytes = encodeWeights(weights);
  expect(decodeWeights(bytes)).toEqual(weights);
  const elsewhere = new Uint8Array(bytes.length + 3);
  elsewhere.set(bytes, 3);
  expect(decodeWeights(elsewhere.subarray(3))).toEqual(weights);
});

test('weights without tensors are valid', () => {
  expect(decodeWeights(encodeWeights({}))).toEqual({});
});

test.each([
  ['no bytes at all', new Uint8Array(), /at least 16 bytes, found 0/],
  ['another kind of file', changed(bytes => bytes.set([0x50, 0x4b])), /begin with "INKW", found "PKKW"/],
  ['a later format', changed((_, view) => view.setUint32(4, 9, true)), /format version 1, found 9/],
  ['a header longer than the file', changed((_, view) => view.setUint32(8, 4e9, true)), /found 4000000000/],
  ['a header that is not JSON', changed(bytes => bytes.set([0x21], 16)), /header is JSON/],
  ['one byte too few', encodeWeights(weights).slice(0, -1), /have \d+ bytes, found \d+/],
  ['one byte too many', Uint8Array.of(...encodeWeights(weights), 0), /have \d+ bytes, found \d+/],
  [
    'a flipped bit',
    changed(bytes => bytes.set([7], bytes.length - 2), { sign: false }),
    /checksum is \w{8}, that of the bytes \w{8}/,
  ],
  [
    'not a number',
    changed((bytes, view) => view.setFloat32(bytes.length - 4, NaN, true)),
    /bias.*finite.*NaN at 0/,
  ],
  [
    'infinity',
    changed((bytes, view) => view.setFloat32(bytes.length - 8, -Infinity, true)),
    /filter.*-Infinity at 5/,
  ],
])('%s is rejected with the expected and the found value', (_, bytes, message) => {
  expect(() => decodeWeights(bytes)).toThrow(WeightsError);
  expect(() => decodeWeights(bytes)).toThrow(message);
});

test.each([
  ['a string', '"weights"'],
  ['a side of nothing', '[{"name":"a","shape":[0]}]'],
  ['a negative side', '[{"name":"a","shape":[-1]}]'],
  ['more than memory', '[{"name":"a","shape":[99999999]}]'],
  ['a name twice', '[{"name":"a","shape":[1]},{"name":"a","shape":[1]}]'],
  ['__proto__ with no shape', '[{"name":"__proto__"}]'],
])('a header of %s is rejected', (_, json) => {
  const bytes = new Uint8Array(16 + json.length + (-json.length & 3)).fill(0x20);
  bytes.set(encodeWeights(weights).subarray(0, 16));
  bytes.set(
    [...json].map(letter => letter.charCodeAt(0)),
    16,
  );
  new DataView(bytes.buffer).setUint32(8, bytes.length - 16, true);
  expect(() => decodeWeights(bytes)).toThrow(WeightsError);
});

test('weights that could not be decoded are not encoded', () => {
  expect(() => encodeWeights({ a: { shape: [2], data: Float32Array.of(1) } })).toThrow(
    /needs 2 numbers, found 1/,
  );
  expect(() => encodeWeights({ a: { shape: [1], data: Float32Array.of(NaN) } })).toThrow(/finite/);
});
