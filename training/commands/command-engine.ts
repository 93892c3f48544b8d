import { availableParallelism } from 'node:os';
import { chooseEngine } from '../engine/choose-engine.ts';
import { type Engine, startEngine } from '../engine/engine.ts';
import { nativeFolder } from '../engine/native-folder.ts';
import { UsageError } from './run-command.ts';

/** More do not make a step of 64 digits faster. */
const mostThreads = 4;

/** Starts the engine that `--engine` of a command asks for, the faster one for its job by `auto`, and says which. */
export async function startCommandEngine(asked: string, job: 'serving' | 'training'): Promise<Engine> {
  const setting = (['auto', 'wasm', 'tfjs-node'] as const).find(each => each === asked);
  if (setting === undefined) throw new UsageError(`--engine is auto, wasm or tfjs-node, found ${asked}`);
  const { [job]: engine, why } = await chooseEngine({ setting, folder: nativeFolder });
  process.stderr.write(`On ${engine} (${why}).\n`);
  await startEngine({ engine, threads: Math.min(mostThreads, availableParallelism()), folder: nativeFolder });
  return engine;
}
