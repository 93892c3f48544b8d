import { type Engine, startEngine } from '../engine.ts';
import { nativeFolder } from '../native-folder.ts';

/** The engine under test; vitest.config.ts sets ENGINE. */
export const engineUnderTest: Engine = process.env.ENGINE === 'tfjs-node' ? 'tfjs-node' : 'wasm';
/** The tfjs name of its backend. */
export const backendUnderTest = engineUnderTest === 'wasm' ? 'wasm' : 'tensorflow';

export function startTestEngine(): Promise<void> {
  return startEngine({ engine: engineUnderTest, threads: 1, folder: nativeFolder });
}
