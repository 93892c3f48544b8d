import { rasterise, rasterPixels } from '../../shared/rasterise.ts';

/** What is to be read: a raster of 784 bytes, or strokes in pad units that the inference process makes one of. */
export type Input = Uint8Array | readonly (readonly number[])[];

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

/** The rasters of `count` packed inputs, n × 784 bytes. */
export function rastersOf(packed: Uint16Array, count: number): Uint8Array {
  const rasters = new Uint8Array(count * rasterPixels);
  let at = 0;
  for (let index = 0; index < count; index++) {
    const strokes = packed[at++];
    if (strokes === rasterMark) {
      rasters.set(packed.subarray(at, at + rasterPixels), index * rasterPixels);
      at += rasterPixels;
      continue;
    }
    const ink = Array.from({ length: strokes }, () => {
      const length = packed[at++];
      at += length;
      return Array.from(packed.subarray(at - length, at));
    });
    rasters.set(rasterise(ink), index * rasterPixels);
  }
  return rasters;
}

function wordsOf(input: Input): number {
  if (input instanceof Uint8Array) return 1 + rasterPixels;
  return input.reduce((sum, stroke) => sum + 1 + stroke.length, 1);
}
