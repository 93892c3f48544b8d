import { readFile } from 'node:fs/promises';
import { rasterise, rasterPixels } from '../../../shared/rasterise.ts';
import { startEngine } from '../../../training/engine/engine.ts';
import { fromArguments } from '../../../training/engine/engine-arguments.ts';
import { loadServingNet, type ServingNet } from '../../../training/model/serving-net.ts';
import type { EngineFigures, ToInfer } from '../commands/infer.ts';
import { readInk } from '../people/ink.ts';
import { answerParent } from '../system/child-process.ts';

/** One engine with the shipped model in a process of its own, as in the server. */

const shippedModel = new URL('../../../models/base/weights.bin', import.meta.url);
const warmUpSeconds = 0.3;

answerParent<ToInfer>(async ({ seconds }): Promise<EngineFigures> => {
  await startEngine(fromArguments(process.argv.slice(2)));
  const net = await loadServingNet(await readFile(shippedModel));
  await throughput(net, 8, warmUpSeconds);
  const single = await throughput(net, 1, seconds);
  const eight = await throughput(net, 8, seconds);
  net.dispose();
  return {
    imagesPerSecondBatch1: single.imagesPerSecond,
    imagesPerSecondBatch8: eight.imagesPerSecond,
    cpuUsPerImageBatch8: eight.cpuUsPerImage,
    rssMb: process.memoryUsage().rss / 2 ** 20,
  };
});

async function throughput(net: ServingNet, batch: number, seconds: number) {
  const digits = (await readInk()).slice(0, batch);
  const rasters = new Uint8Array(batch * rasterPixels);
  digits.forEach((strokes, i) => {
    rasters.set(rasterise(strokes), i * rasterPixels);
  });
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
  let images = 0;
  while (performance.now() - startMs < 1000 * seconds) {
    await net.predict(rasters, batch);
    images += batch;
  }
  const { user, system } = process.cpuUsage(startCpu);
  return {
    imagesPerSecond: (1000 * images) / (performance.now() - startMs),
    cpuUsPerImage: (user + system) / images,
  };
}
