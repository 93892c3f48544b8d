import { encodeWeights } from '../../shared/weights.ts';
import { trainingSpeed } from '../learn/training-speed.ts';
import { initialWeights } from '../model/network.ts';
import { loadServingNet } from '../model/serving-net.ts';
import type { FromBenchmark } from './benchmark-engine.ts';
import { startEngine } from './engine.ts';
import { fromArguments } from './engine-arguments.ts';

/** Starts an engine, runs its self-test, times it, and exits. Reports to benchmark-engine.ts. */

const batches = [1, 2, 4, 8];
const rasterBytes = 784;
/** Until V8 has optimised the WASM code. */
const warmUpMs = 250;
const timeMs = 250;

/** CPU time of this process: unlike wall time, other processes do not change it. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function imagesPerSecond(): Promise<number> {
  const net = await loadServingNet(encodeWeights(initialWeights(1)));
  const all = batches.map(size => ({ size, rasters: new Uint8Array(size * rasterBytes).fill(1) }));
  async function measure(forMs: number) {
    const startMs = cpuMs();
    let images = 0;
    do {
      for (const { size, rasters } of all) {
        await net.predict(rasters, size);
        images += size;
      }
    } while (cpuMs() - startMs < forMs);
    return (1000 * images) / (cpuMs() - startMs);
  }
  await measure(warmUpMs);
  const speed = await measure(timeMs);
  net.dispose();
  return speed;
}

function send(message: FromBenchmark): Promise<void> {
  return new Promise(resolve => {
    process.send?.(message, () => resolve());
  });
}

try {
  await send('here');
  await startEngine(fromArguments(process.argv.slice(2)));
  await send({ ok: true, speed: null });
  const [images, samples] = [await imagesPerSecond(), await trainingSpeed({ timeMs, now: cpuMs })];
  await send({ ok: true, speed: { images, samples } });
} catch (error) {
  await send({ ok: false, why: error instanceof Error ? error.message : String(error) });
}
process.exit();
