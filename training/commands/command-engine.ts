import { availableParallelism } from 'node:os';
import { chooseEngine } from '../engine/choose-engine.ts';
import { type Engine, startEngine } from '../engine/engine.ts';
import { nativeFolder } from '../engine/native-folder.ts';
import { UsageError } from './run-command.ts';

/** More threads do not make a step of 64 digits faster. */
const maxThreads = 4;

/** Starts the engine of the option `--engine` (with `auto`, the faster one for the job) and prints its name. */
export async function startCommandEngine(option: string, job: 'serving' | 'training'): Promise<Engine> {
  const setting = (['auto', 'wasm', 'tfjs-node'] as const).find(each => each === option);
  if (setting === undefined) throw new UsageError(`--engine is auto, wasm or tfjs-node, found ${option}`);
  const { [job]: engine, why } = await chooseEngine({ setting, folder: nativeFolder });
  process.stderr.write(`On ${engine} (${why}).\n`);
  await startEngine({ engine, threads: Math.min(maxThreads, availableParallelism()), folder: nativeFolder });
  return engine;
}
