import { startEngine } from '../../training/engine/engine.ts';
import { fromArguments } from '../../training/engine/engine-arguments.ts';
import { loadServingNet, type ServingNet } from '../../training/model/serving-net.ts';
import { rastersOf } from './batch-input.ts';
import type { FromProcess, ToProcess } from './inference-worker-messages.ts';

/** An inference process: an engine, proven before use, and the one model version it serves. */

const start = fromArguments(process.argv.slice(2));
let net: ServingNet | undefined;
let model = '';

async function load(message: { model: string; weights: Uint8Array }) {
  if (net === undefined) await startEngine(start);
  const last = net;
  net = await loadServingNet(message.weights);
  model = message.model;
  last?.dispose();
  reply({ type: 'loaded', model, engine: start.engine });
}

async function predict({ inputs, count }: { inputs: Uint16Array; count: number }) {
  if (net === undefined) throw new Error('asked to predict before a model was loaded');
  const beganMs = performance.now();
  const rasters = rastersOf(inputs, count);
  const drawnMs = performance.now();
  const probabilities = await net.predict(rasters, count);
  const [rasterMs, computeMs] = [drawnMs - beganMs, performance.now() - drawnMs];
  reply({ type: 'predicted', model, probabilities, rasterMs, computeMs });
}

function reply(message: FromProcess) {
  process.send?.(message);
}

function failed(error: unknown) {
  reply({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
}

process.on('message', (message: ToProcess) => {
  (message.type === 'load' ? load(message) : predict(message)).catch(failed);
});
process.on('disconnect', () => process.exit());
// A terminal's Ctrl+C reaches the whole group; the server decides when this process ends.
process.on('SIGINT', () => {});
