import * as tf from '@tensorflow/tfjs-core';
import { rasterPixels, rasterSide } from '../../shared/rasterise.ts';
import { decodeWeights, type Weights, WeightsError } from '../../shared/weights.ts';
import { outputs, readInPlace, wholeOf } from './answers.ts';
import { foldedOf, type Params, serve, shapes } from './network.ts';

const batchShapes = [1, 2, 4, 8]; // larger batches only add latency; with few shapes, each stays warm
const maxBatch = 8;

/** The weights belong to a net with other layers. */
export class OtherNetError extends WeightsError {
  override name = 'OtherNetError';
}

export type ServingNet = {
  /** `rasters` n × 784 bytes → n × 10 probabilities of finished drawings. */
  predict(rasters: Uint8Array, n: number): Promise<Float32Array>;
  /** … → n × `outputs` probabilities: the answers of `network.ts` one after the other. */
  readMoments(rasters: Uint8Array, n: number): Promise<Float32Array>;
  dispose(): void;
};

/** Throws WeightsError for bytes that are no weights, and OtherNetError for weights of another net. */
export function decodeServingWeights(bytes: Uint8Array): Weights {
  const weights = decodeWeights(bytes);
  const expected = JSON.stringify(Object.entries(shapes()));
  const found = JSON.stringify(Object.entries(weights).map(([name, { shape }]) => [name, shape]));
  if (found !== expected) throw new OtherNetError(`This model has the tensors ${expected}, found ${found}.`);
  for (const [name, { data }] of Object.entries(weights)) {
    const min = name.startsWith('variance') ? Math.min(...data) : 0;
    if (min < 0) throw new WeightsError(`Tensor ${name}: a variance is at least 0, found ${min}.`);
  }
  return weights;
}

/** Loads, folds and warms up a net on the backend in use. Throws as `decodeServingWeights` does. */
export async function loadServingNet(bytes: Uint8Array): Promise<ServingNet> {
  const folded = foldedOf(decodeServingWeights(bytes));
  const net = {
    ...answering((rasters, n) => logitsOf(folded, rasters, n)),
    dispose: () => tf.dispose(folded),
  };
  for (const size of batchShapes) await net.predict(new Uint8Array(size * rasterPixels), size);
  return net;
}

type Logits = (rasters: Uint8Array, n: number) => Promise<Float32Array>;

/** A net's answers, from its logits, n × `outputs`. */
export function answering(logitsOf: Logits): Pick<ServingNet, 'predict' | 'readMoments'> {
  const readMoments: Logits = async (rasters, n) => readInPlace(await logitsOf(rasters, n));
  return { readMoments, predict: async (rasters, n) => wholeOf(await readMoments(rasters, n)) };
}

async function logitsOf(folded: Params, rasters: Uint8Array, n: number): Promise<Float32Array> {
  if (rasters.length !== n * rasterPixels)
    throw new Error(`${n} rasters have ${n * rasterPixels} bytes, found ${rasters.length}`);
  const logits = new Float32Array(n * outputs);
  for (let from = 0; from < n; from += maxBatch) {
    const count = Math.min(maxBatch, n - from);
    const size = batchShapes.find(shape => shape >= count) ?? maxBatch;
    const images = new Float32Array(size * rasterPixels); // the rest of the batch stays blank
    for (let i = 0; i < count * rasterPixels; i++) images[i] = (rasters[from * rasterPixels + i] ?? 0) / 255;
    const result = tf.tidy(() => serve(folded, tf.tensor4d(images, [size, rasterSide, rasterSide, 1])));
    const values = await result.data<'float32'>();
    result.dispose();
    logits.set(values.subarray(0, count * outputs), from * outputs);
  }
  return logits;
}
