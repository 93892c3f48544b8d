import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** Where the installed tfjs-backend-wasm keeps its binaries, for `startWasm` in Node. */
export const wasmPath = `${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`;
