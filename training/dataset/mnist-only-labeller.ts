import * as tf from '@tensorflow/tfjs-core';
import { rasterPixels, rasterSide } from '../../shared/rasterise.ts';
import type { Weights } from '../../shared/weights.ts';
import { readInPlace, wholeOf } from '../model/answers.ts';
import { foldedOf, serve } from '../model/network.ts';
import { copyBitmap } from './augment.ts';
import type { MnistOnlyLabeller } from './batches.ts';

const batchSize = 8; // one shape only: WASM is faster at a shape that it has computed before

/** A synchronous labeller, as `digitBatches` needs it. Unavailable on WebGPU, which has no synchronous read. */
export function createMnistOnlyLabeller(weights: Weights): { read: MnistOnlyLabeller; dispose(): void } {
  const folded = foldedOf(weights);
  const readSome: MnistOnlyLabeller = rasters => {
    const images = new Float32Array(batchSize * rasterPixels);
    for (const [i, raster] of rasters.entries())
      copyBitmap(raster, { out: images, offset: i * rasterPixels });
    const shape = [batchSize, rasterSide, rasterSide, 1] as const;
    const logits = tf.tidy(() => serve(folded, tf.tensor4d(images, [...shape])).dataSync<'float32'>());
    const values = wholeOf(readInPlace(logits));
    return rasters.map((_, i) => {
      const probabilities = values.subarray(i * 10, i * 10 + 10);
      const probability = Math.max(...probabilities);
      return { digit: probabilities.indexOf(probability), probability };
    });
  };
  const read: MnistOnlyLabeller = rasters =>
    Array.from({ length: Math.ceil(rasters.length / batchSize) }, (_, i) =>
      readSome(rasters.slice(i * batchSize, (i + 1) * batchSize)),
    ).flat();
  return { read, dispose: () => tf.dispose(folded) };
}
