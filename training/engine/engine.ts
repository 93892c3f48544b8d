import { selfTest } from './backend-check.ts';
import { startNative } from './start-native.ts';
import { startWasm } from './start-wasm.ts';
import { wasmPath } from './wasm-path.ts';

export type Engine = 'wasm' | 'tfjs-node';

/** How to start an engine in this process. `folder` is the package of the native engine. */
export interface EngineStart {
  engine: Engine;
  threads: number;
  folder: string;
}

/** Starts and self-tests the engine of this Node process, in this one place. Rejects with the reason. */
export async function startEngine({ engine, threads, folder }: EngineStart): Promise<void> {
  switch (engine) {
    case 'wasm':
      await startWasm(wasmPath);
      break;
    case 'tfjs-node':
      await startNative({ threads, folder });
      break;
    default:
      engine satisfies never;
  }
  await selfTest();
}
