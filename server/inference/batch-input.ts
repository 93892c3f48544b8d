import { rasterise, rasterPixels } from '../../shared/rasterise.ts';

/** Input of a prediction: a raster of 784 bytes, or strokes in pad units, from which the inference process makes one. */
export type Input = Uint8Array | readonly (readonly number[])[];

/** Points from which making the raster of a drawing takes milliseconds; a digit has a tenth of them. */
export const bigPoints = 1_024;

export interface Rasters {
  /** n × 784 bytes. */
  all: Uint8Array;
  /** Those of big drawings, by their place in the batch: the server stores them and need not make them again. */
  big: Map<number, Uint8Array>;
}

/** Stands where a number of strokes would: a raster follows. */
const rasterMark = 0xffff;

/** The inputs of a batch in one typed array, which costs a message a copy and nothing else. */
export function packInputs(inputs: readonly Input[]): Uint16Array {
  const packed = new Uint16Array(inputs.reduce((sum, input) => sum + wordsOf(input), 0));
  let at = 0;
  for (const input of inputs) {
    if (input instanceof Uint8Array) {
      packed[at++] = rasterMark;
      packed.set(input, at);
      at += rasterPixels;
      continue;
    }
    packed[at++] = input.length;
    for (const stroke of input) {
      packed[at++] = stroke.length;
      packed.set(stroke, at);
      at += stroke.length;
    }
  }
  return packed;
}

/** The rasters of `count` packed inputs. */
export function rastersOf(packed: Uint16Array, count: number): Rasters {
  const all = new Uint8Array(count * rasterPixels);
  const big = new Map<number, Uint8Array>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    const strokes = packed[at++];
    if (strokes === rasterMark) {
      all.set(packed.subarray(at, at + rasterPixels), index * rasterPixels);
      at += rasterPixels;
      continue;
    }
    const from = at;
    const ink = Array.from({ length: strokes }, () => {
      const length = packed[at++];
      at += length;
      return Array.from(packed.subarray(at - length, at));
    });
    const raster = rasterise(ink);
    all.set(raster, index * rasterPixels);
    if (at - from - strokes >= 2 * bigPoints) big.set(index, raster);
  }
  return { all, big };
}

function wordsOf(input: Input): number {
  if (input instanceof Uint8Array) return 1 + rasterPixels;
  return input.reduce((sum, stroke) => sum + 1 + stroke.length, 1);
}
