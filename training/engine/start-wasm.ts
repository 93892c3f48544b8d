import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from './register-gradients.ts';
import { registerGradientKernels } from './wasm-gradient-kernels.ts';

/**
 * Starts WASM with SIMD and one thread: tfjs has no threads in Node, and one process per core needs none. `wasmPath` is
 * the folder of the tfjs-backend-wasm binaries, a path or a URL that ends in a slash, or the address of each binary.
 * Rejects when the binaries cannot be loaded. In browsers, `client/trainer/choose-device.ts` chooses the backend.
 */
export async function startWasm(wasmPath: Parameters<typeof setWasmPaths>[0]): Promise<void> {
  setWasmPaths(wasmPath);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await tf.setBackend('wasm')))
    throw new Error(`The WASM backend did not start from ${JSON.stringify(wasmPath)}`);
  await tf.ready();
  registerGradients();
  registerGradientKernels();
}
