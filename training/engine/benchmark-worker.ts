import { encodeWeights } from '../../shared/weights.ts';
import { trainingSpeed } from '../learn/training-speed.ts';
import { initialWeights } from '../model/network.ts';
import { loadServingNet } from '../model/serving-net.ts';
import type { FromBenchmark } from './benchmark-engine.ts';
import { startEngine } from './engine.ts';
import { fromArguments } from './engine-arguments.ts';

/** An engine on trial: it starts, computes what is known, is timed, and ends. */

const batches = [1, 2, 4, 8];
const rasterBytes = 784;
/** Until the code of WASM is the optimised one. */
const warmUpMs = 250;
const timeMs = 250;

/** Of this process: what else the machine does slows it, and takes nothing from what it can. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function imagesPerSecond(): Promise<number> {
  const net = await loadServingNet(encodeWeights(initialWeights(1)));
  const all = batches.map(size => ({ size, rasters: new Uint8Array(size * rasterBytes).fill(1) }));
  async function read(forMs: number) {
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
  await read(warmUpMs);
  const speed = await read(timeMs);
  net.dispose();
  return speed;
}

function tell(message: FromBenchmark): Promise<void> {
  return new Promise(resolve => {
    process.send?.(message, () => resolve());
  });
}

try {
  await tell('here');
  await startEngine(fromArguments(process.argv.slice(2)));
  await tell({ ok: true, speed: null });
  const [images, samples] = [await imagesPerSecond(), await trainingSpeed({ timeMs, now: cpuMs })];
  await tell({ ok: true, speed: { images, samples } });
} catch (error) {
  await tell({ ok: false, why: error instanceof Error ? error.message : String(error) });
}
process.exit();
