import type { FlatNet } from './flat-net.ts';
import { prepareForward } from './forward.ts';
import { dispatchAll, type Gpu, readStaging } from './gpu.ts';

/** Predicts by any net of one shape. */
export interface Reader {
  /** `rasters` n × pixels bytes → n × classes probabilities, by folded parameters. */
  predict(
    folded: Float32Array<ArrayBuffer>,
    drawings: { rasters: Uint8Array; n: number },
  ): Promise<Float32Array>;
}

/** Images of one upload, pass, submit and read-back. */
const maxImages = 256;
const white = 255;

/** The buffers, bind groups and pipelines of a forward pass, made once for a net. */
export const prepareReader = (gpu: Gpu, flat: FlatNet): Promise<Reader> =>
  gpu.checked(() => prepare(gpu, flat));

async function prepare(gpu: Gpu, flat: FlatNet): Promise<Reader> {
  const { net } = flat;
  const { queue } = gpu.device;
  const pixels = net.side * net.side * net.depth;
  const buffers = gpu.createBuffers();
  const upload = new Float32Array(maxImages * pixels);
  const input = buffers.storage('images', upload.length);
  const parameters = buffers.storage('parameters', flat.count);
  const logits = buffers.storage('logits', maxImages * net.classes);
  const staging = buffers.staging('logitStaging', maxImages * net.classes);
  const forward = prepareForward(buffers, { flat, images: maxImages, input });
  const dispatches = await gpu.prepare(forward.kernels({ parameters, logits }));

  async function readSome(rasters: Uint8Array): Promise<Float32Array> {
    const n = rasters.length / pixels;
    for (let i = 0; i < rasters.length; i++) upload[i] = rasters[i] / white;
    queue.writeBuffer(input, 0, upload, 0, rasters.length);
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const part = dispatches.map(each => ({ ...each, groups: Math.ceil((each.groups * n) / maxImages) }));
    dispatchAll(pass, part);
    pass.end();
    encoder.copyBufferToBuffer(logits, 0, staging, 0, logits.size);
    queue.submit([encoder.finish()]);
    const values = await readStaging(staging);
    return softmaxOf(values.subarray(0, n * net.classes), net.classes);
  }

  return {
    async predict(folded, { rasters, n }) {
      if (rasters.length !== n * pixels)
        throw new Error(`${n} rasters have ${n * pixels} bytes, found ${rasters.length}`);
      const probabilities = new Float32Array(n * net.classes);
      for (let from = 0; from < n; from += maxImages) {
        const to = Math.min(n, from + maxImages);
        queue.writeBuffer(parameters, 0, folded);
        probabilities.set(await readSome(rasters.subarray(from * pixels, to * pixels)), from * net.classes);
      }
      return probabilities;
    },
  };
}

/** Of each row. */
function softmaxOf(logits: Float32Array, classes: number): Float32Array {
  const probabilities = logits.slice();
  for (let from = 0; from < logits.length; from += classes) {
    const row = probabilities.subarray(from, from + classes);
    const max = Math.max(...row);
    const powers = row.map(value => Math.exp(value - max));
    const sum = powers.reduce((all, value) => all + value, 0);
    row.set(powers.map(value => value / sum));
  }
  return probabilities;
}
