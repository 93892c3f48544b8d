import type { EngineStart } from './engine.ts';

/** What a process is told on its command line about the engine it is to start, and reading it there. */
export function toArguments({ engine, threads, folder }: EngineStart): string[] {
  return [engine, String(threads), folder];
}

export function fromArguments([engine, threads, folder = '']: readonly string[]): EngineStart {
  return { engine: engine === 'tfjs-node' ? engine : 'wasm', threads: Number(threads) || 1, folder };
}
