import { parseArgs } from 'node:util';
import { UsageError } from '../../training/command.ts';
import { ask, forkChild } from './child.ts';
import { cpuBetween, readCpu } from './cpu.ts';
import { disturbance } from './disturbance.ts';
import { numberOption, secondsRange } from './options.ts';
import { say } from './progress.ts';

export const inferUsage = 'infer [--engine wasm] [--seconds 3]';

/** Measure for this long at each batch size. */
export interface ToInfer {
  seconds: number;
}
export interface EngineFigures {
  imagesPerSecondBatch1: number;
  imagesPerSecondBatch8: number;
  cpuUsPerImageBatch8: number;
}

/** How many images a second one inference process reads. */
export async function infer(args: string[]) {
  const { values } = parseArgs({
    args,
    options: { engine: { type: 'string' }, seconds: { type: 'string', default: '3' } },
  });
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  if (values.engine !== undefined && values.engine !== 'wasm')
    throw new UsageError(`The engine ${JSON.stringify(values.engine)} is not available; there is wasm.`);

  say(`wasm: batches of 1 and of 8, ${seconds} s each`);
  const before = readCpu();
  const child = forkChild('./infer-process.ts');
  const wasm = await ask<EngineFigures>(child, { seconds } satisfies ToInfer);
  const after = readCpu();
  child.kill();
  const quiet = disturbance(before && after && cpuBetween(before, after));
  return values.engine === 'wasm' ? { ...wasm, ...quiet } : { wasm, tfjsNode: null, ...quiet };
}
