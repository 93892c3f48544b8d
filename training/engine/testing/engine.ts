import { type Engine, startEngine } from '../engine.ts';
import { nativeFolder } from '../native-folder.ts';

/** The engine that this run of the tests is about, as vitest.config.ts says. */
export const engineUnderTest: Engine = process.env.ENGINE === 'tfjs-node' ? 'tfjs-node' : 'wasm';
/** What tfjs calls its backend. */
export const backendUnderTest = engineUnderTest === 'wasm' ? 'wasm' : 'tensorflow';

export function startTestEngine(): Promise<void> {
  return startEngine({ engine: engineUnderTest, threads: 1, folder: nativeFolder });
}
