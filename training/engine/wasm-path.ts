import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** Folder of the binaries of the installed tfjs-backend-wasm, for `startWasm` in Node. */
export const wasmPath = `${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`;
