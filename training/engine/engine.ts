import { selfTest } from './backend-check.ts';
import { startNative } from './start-native.ts';
import { startWasm } from './start-wasm.ts';
import { wasmPath } from './wasm-path.ts';

export type Engine = 'wasm' | 'tfjs-node';

/** An engine of this process: which, on how many threads, and the folder of the native one's package. */
export interface EngineStart {
  engine: Engine;
  threads: number;
  folder: string;
}

/** The one place where Node's engine is started: proven before use, for as long as the process lives. Rejects with the reason. */
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
