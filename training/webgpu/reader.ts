import type { FlatNet } from './flat-net.ts';
import { prepareForward } from './forward.ts';
import { dispatchAll, type Gpu, readStaging } from './gpu.ts';

/** Predicts by any net of one shape. */
export interface Reader {
  /** `rasters` n × pixels bytes → n × classes logits, by folded parameters. */
  logitsOf(
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
  const { net, answer } = flat;
  const { queue } = gpu.device;
  const pixels = net.side * net.side * net.depth;
  const buffers = gpu.createBuffers();
  const upload = new Float32Array(maxImages * pixels);
  const input = buffers.storage('images', upload.length);
  const parameters = buffers.storage('parameters', flat.count);
  const logits = buffers.storage('logits', maxImages * answer.classes);
  const staging = buffers.staging('logitStaging', maxImages * answer.classes);
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
    return values.slice(0, n * answer.classes);
  }

  return {
    async logitsOf(folded, { rasters, n }) {
      if (rasters.length !== n * pixels)
        throw new Error(`${n} rasters have ${n * pixels} bytes, found ${rasters.length}`);
      const logits = new Float32Array(n * answer.classes);
      for (let from = 0; from < n; from += maxImages) {
        const to = Math.min(n, from + maxImages);
        queue.writeBuffer(parameters, 0, folded);
        logits.set(await readSome(rasters.subarray(from * pixels, to * pixels)), from * answer.classes);
      }
      return logits;
    },
  };
}
