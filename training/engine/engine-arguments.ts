import type { EngineStart } from './engine.ts';

/** Command-line arguments that name the engine of a child process. */
export function toArguments({ engine, threads, folder }: EngineStart): string[] {
  return [engine, String(threads), folder];
}

export function fromArguments([engine, threads, folder = '']: readonly string[]): EngineStart {
  return { engine: engine === 'tfjs-node' ? engine : 'wasm', threads: Number(threads) || 1, folder };
}
