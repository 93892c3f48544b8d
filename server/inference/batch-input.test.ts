import { expect, test } from 'vitest';
import { maxPointsPerDrawing, padUnits } from '../../shared/limits.ts';
import { createRandom, int } from '../../shared/random.ts';
import { rasterise } from '../../shared/rasterise.ts';
import { type Input, packInputs, rastersOf } from './batch-input.ts';

test('[PR7] a worker makes the rasters that the server makes, of ink and rasters in one batch', () => {
  const random = createRandom(1);
  const strokeOf = (points: number) => Array.from({ length: 2 * points }, () => int(random, padUnits));
  const raster = Uint8Array.from({ length: 784 }, () => int(random, 256));
  const inputs: Input[] = [
    [strokeOf(1), strokeOf(20), strokeOf(3)],
    raster,
    [],
    [strokeOf(maxPointsPerDrawing)],
    [strokeOf(2)],
  ];
  const { all, big } = rastersOf(packInputs(inputs), inputs.length);
  inputs.forEach((input, i) => {
    const expected = input instanceof Uint8Array ? input : rasterise(input);
    expect(all.subarray(i * 784, (i + 1) * 784)).toEqual(expected);
    // Only what took milliseconds goes back.
    expect(big.get(i)).toEqual(i === 3 ? expected : undefined);
  });
});
