import { startEngine } from '../../training/engine/engine.ts';
import { fromArguments } from '../../training/engine/engine-arguments.ts';
import { outputs as outputCount } from '../../training/model/answers.ts';
import { loadServingNet, type ServingNet } from '../../training/model/serving-net.ts';
import { rastersOf } from './batch-input.ts';
import type { FromProcess, Group, ToProcess } from './inference-worker-messages.ts';

/** An inference process: an engine, proven before use, and the model versions it serves. */

const start = fromArguments(process.argv.slice(2));
const starting = startEngine(start);
const nets = new Map<string, ServingNet>();
/** Messages are handled one after the other: a batch waits for the version that was sent before it. */
let work: Promise<void> = starting.then(() => {});

async function load({ model, weights }: { model: string; weights: Uint8Array }) {
  if (!nets.has(model)) nets.set(model, await loadServingNet(weights));
  reply({ type: 'loaded', model, engine: start.engine });
}

async function unload({ model }: { model: string }) {
  nets.get(model)?.dispose();
  nets.delete(model);
}

async function predict({ groups }: { groups: readonly Group[] }) {
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const outputs = new Float32Array(total * outputCount);
  const bigRasters = new Map<number, Uint8Array>();
  let [at, rasterMs, computeMs] = [0, 0, 0];
  for (const { model, inputs, count } of groups) {
    const net = nets.get(model);
    if (net === undefined) throw new Error(`The process has no version ${model}.`);
    const beganMs = performance.now();
    const rasters = rastersOf(inputs, count);
    const drawnMs = performance.now();
    outputs.set(await net.readMoments(rasters.all, count), at * outputCount);
    for (const [index, raster] of rasters.big) bigRasters.set(at + index, raster);
    at += count;
    rasterMs += drawnMs - beganMs;
    computeMs += performance.now() - drawnMs;
  }
  reply({ type: 'predicted', outputs, bigRasters, rasterMs, computeMs });
}

function handle(message: ToProcess): Promise<void> {
  switch (message.type) {
    case 'load':
      return load(message);
    case 'unload':
      return unload(message);
    case 'predict':
      return predict(message);
  }
}

function reply(message: FromProcess) {
  process.send?.(message);
}

function failed(error: unknown) {
  reply({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
}

process.on('message', (message: ToProcess) => {
  work = work.then(() => handle(message)).catch(failed);
});
process.on('disconnect', () => process.exit());
// A terminal's Ctrl+C reaches the whole group; the server decides when this process ends.
process.on('SIGINT', () => {});
