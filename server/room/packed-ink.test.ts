import { expect, test } from 'vitest';
import { packInk } from '../../shared/ink.ts';
import { createRandom, int } from '../../shared/random.ts';
import { packStroke } from './packed-ink.ts';

test('[F7] a growing stroke is packed as the whole one would be, without reading again what was packed', () => {
  const random = createRandom(1);
  const stroke: number[] = [];
  let reads = 0;
  const counted = new Proxy(stroke, {
    get(target, key, receiver) {
      reads++;
      return Reflect.get(target, key, receiver);
    },
  });
  for (let round = 0; round < 50; round++) {
    for (let i = 0; i < 40; i++) stroke.push(int(random, 1024));
    reads = 0;
    expect(packStroke(counted)).toBe(packInk(stroke));
    expect(reads).toBeLessThan(400);
  }
});
