import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { startWasm } from '../../training/engine/start-wasm.ts';
import { type Backend, lasting } from './backend.ts';

export async function startWebAssembly(): Promise<Backend> {
  await startWasm({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': simd, // required by tfjs and never fetched: threads are off
  });
  return { name: 'WebAssembly', ...lasting };
}
