import { expect, test } from 'vitest';
import { createRandom, int } from './random.ts';
import { rasterPixels } from './rasterise.ts';
import { decodePack, encodePack, type Pack, PackError } from './training-pack.ts';

function packOf(seed: number): Pack {
  const random = createRandom(seed);
  const bytes = (length: number) => Uint8Array.from({ length }, () => int(random, 256));
  const replay = int(random, 20);
  return {
    base: `base-${seed}`,
    gate: seed % 2 === 0 ? 'house' : 'room',
    stepsShare: 1 / (1 + seed),
    samples: Array.from({ length: int(random, 10) }, () => ({
      digit: int(random, 10),
      author: int(random, 5),
      correction: random() < 0.5,
      strokes: [Array.from({ length: 2 + 2 * int(random, 30) }, () => int(random, 1024))],
      raster: bytes(rasterPixels),
    })),
    replay: { labels: bytes(replay), images: bytes(replay * rasterPixels) },
  };
}

test('decode(encode(pack)) equals the pack', () => {
  for (let seed = 0; seed < 30; seed++) expect(decodePack(encodePack(packOf(seed)))).toEqual(packOf(seed));
});

test('a truncated, oversized or foreign pack is rejected with both numbers', () => {
  const bytes = encodePack(packOf(3));
  expect(() => decodePack(bytes.subarray(0, bytes.length - 1))).toThrow(`${bytes.length}`);
  expect(() => decodePack(Uint8Array.of(...bytes, 0))).toThrow(PackError);
  expect(() => decodePack(Uint8Array.of(1, 2, 3))).toThrow('IPK1');
});
