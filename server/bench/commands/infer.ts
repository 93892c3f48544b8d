import { parseArgs } from 'node:util';
import { UsageError } from '../../../training/commands/run-command.ts';
import type { Engine } from '../../../training/engine/engine.ts';
import { toArguments } from '../../../training/engine/engine-arguments.ts';
import { hasLibrary, nativeFolder } from '../../../training/engine/native-folder.ts';
import { ask, forkChild } from '../system/child-process.ts';
import { cpuBetween, readCpu } from '../system/cpu.ts';
import { disturbance } from '../system/noise.ts';
import { numberOption, secondsRange } from '../system/options.ts';
import { printLine } from '../system/progress.ts';

export const usage = 'infer [--engine wasm|tfjs-node] [--seconds 3]';

/** Duration of the measurement at each batch size. */
export interface ToInfer {
  seconds: number;
}
export interface EngineFigures {
  imagesPerSecondBatch1: number;
  imagesPerSecondBatch8: number;
  cpuUsPerImageBatch8: number;
  rssMb: number;
}

/** Images per second of one inference process, on each available engine. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: { engine: { type: 'string' }, seconds: { type: 'string', default: '3' } },
  });
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  const there: Engine[] = hasLibrary(nativeFolder) ? ['wasm', 'tfjs-node'] : ['wasm'];
  const only = there.find(engine => engine === values.engine);
  if (values.engine !== undefined && only === undefined)
    throw new UsageError(
      `The engine ${JSON.stringify(values.engine)} is not available; there is ${there.join(' and ')}.`,
    );

  const before = readCpu();
  const wasm = only === 'tfjs-node' ? null : await figuresOf('wasm', seconds);
  const tfjsNode =
    only === 'wasm' || !hasLibrary(nativeFolder) ? null : await figuresOf('tfjs-node', seconds);
  const after = readCpu();
  const quiet = disturbance(before && after && cpuBetween(before, after));
  return only === undefined ? { wasm, tfjsNode, ...quiet } : { ...(wasm ?? tfjsNode), ...quiet };
}

async function figuresOf(engine: Engine, seconds: number): Promise<EngineFigures> {
  printLine(`${engine}: batches of 1 and of 8, ${seconds} s each`);
  const child = forkChild(
    new URL('../quality/inference-worker.ts', import.meta.url),
    toArguments({ engine, threads: 1, folder: nativeFolder }),
  );
  const figures = await ask<EngineFigures>(child, { seconds } satisfies ToInfer);
  child.kill();
  return figures;
}
