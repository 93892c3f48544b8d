import { parseArgs } from 'node:util';
import { hasLibrary, nativeFolder } from '../../../training/engine/native-folder.ts';
import { trainInChromium } from '../quality/train-browser.ts';
import { ask, forkChild } from '../system/child-process.ts';
import { cpuBetween, readCpu } from '../system/cpu.ts';
import { disturbance } from '../system/noise.ts';
import { joinOption, numberOption, secondsRange } from '../system/options.ts';
import { printLine } from '../system/progress.ts';

export const usage = 'train [--seconds 3] [--chromium PATH] [--flags "--flag …"]';

/**
 * `wasmStock` is unmodified tfjs: the kernel that the WASM backend lacks comes from the CPU backend. `wasmFilterOnly`
 * replaces only that kernel by ours.
 */
export type NodeBackend = 'wasm' | 'tfjsNode' | 'wasmFilterOnly' | 'wasmStock' | 'cpu';
export interface ToTrain {
  backend: NodeBackend;
  seconds: number;
}

const options = {
  seconds: { type: 'string', default: '3' },
  chromium: { type: 'string' },
  flags: { type: 'string', default: '' },
} as const;

/** Training samples per second of every backend, in Node and, if available, in Chromium. */
export async function run(args: string[]) {
  const { values } = parseArgs({ args: joinOption(args, 'flags'), options });
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  const before = readCpu();
  const inNode = async (backend: NodeBackend) => {
    printLine(`${backend} in Node, ${seconds} s`);
    const child = forkChild(new URL('../quality/training-worker.ts', import.meta.url));
    const samplesPerSecond = await ask<number>(child, { backend, seconds } satisfies ToTrain);
    child.kill();
    return samplesPerSecond;
  };
  const wasm = await inNode('wasm');
  const tfjsNode = hasLibrary(nativeFolder) ? await inNode('tfjsNode') : null;
  const wasmFilterOnly = await inNode('wasmFilterOnly');
  const wasmStock = await inNode('wasmStock');
  const cpu = await inNode('cpu');
  const extraFlags = values.flags.split(' ').filter(flag => flag !== '');
  const inChromium = await trainInChromium({ seconds, executable: values.chromium, extraFlags });
  const { calls, ...chromium } = inChromium ?? { calls: null };
  const after = readCpu();
  return {
    wasm,
    tfjsNode,
    wasmFilterOnly,
    wasmStock,
    cpu,
    wasmOverStock: wasm / wasmStock,
    wasmOverCpu: wasm / cpu,
    tfjsNodeOverWasm: tfjsNode && tfjsNode / wasm,
    chromium: inChromium && chromium,
    ...calls,
    ...disturbance(before && after && cpuBetween(before, after)),
  };
}
