import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from './gradients.ts';
import { registerGradientKernels } from './kernels.ts';

/**
 * The one place where the backend is chosen: WASM with SIMD, one thread (tfjs has no threads in Node, and one
 * process per core needs none). `wasmPath` is the folder with the tfjs-backend-wasm binaries, a path or a URL
 * ending in a slash. Rejects when the binaries cannot be loaded.
 */
export async function startWasm(wasmPath: string): Promise<void> {
  setWasmPaths(wasmPath);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await tf.setBackend('wasm'))) throw new Error(`The WASM backend did not start from ${wasmPath}`);
  await tf.ready();
  registerGradients();
  registerGradientKernels();
}
