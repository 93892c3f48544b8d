import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from './register-gradients.ts';

/** Log level of TensorFlow: errors only. */
const errorsOnly = '2';

/** The native engine cannot be loaded; the message names the missing or wrong part. */
export class NativeError extends Error {
  override name = 'NativeError';
}

/**
 * Loads TensorFlow from its package in `folder` and makes it the backend in use. Not in the server's main process: a
 * faulty native library may end or hang the process, and in worker threads it always hangs. Rejects with NativeError
 * when the library cannot be loaded.
 */
export async function startNative({ threads, folder }: { threads: number; folder: string }): Promise<void> {
  // The library reads these variables once, while loading.
  Object.assign(process.env, {
    TF_CPP_MIN_LOG_LEVEL: errorsOnly,
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1', // tfjs runs one op at a time
    OMP_NUM_THREADS: String(threads),
  });
  const backend = createBackend(folder);
  tf.registerBackend('tensorflow', () => backend);
  if (!(await tf.setBackend('tensorflow'))) throw new NativeError('TensorFlow did not start');
  registerGradients();
}

/**
 * Loads the parts of the package, not its entry, which requires layers, converters and downloaders. Its kernels use two
 * functions of `util`: Node 23 removed one and deprecated the other.
 */
function createBackend(folder: string): tf.KernelBackend {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
  const load = createRequire(join(folder, 'package.json'));
  try {
    const binding: unknown = load('./lib/napi-v8/tfjs_binding.node');
    load('./dist/register_all_kernels.js');
    const loaded: { NodeJSKernelBackend?: unknown } = load('./dist/nodejs_kernel_backend.js');
    if (typeof loaded.NodeJSKernelBackend !== 'function') throw new Error('the package has no backend');
    const backend: unknown = Reflect.construct(loaded.NodeJSKernelBackend, [binding, 'tfjs-node']);
    // Another copy of tfjs-core has its own tensors.
    if (!(backend instanceof tf.KernelBackend)) throw new Error('the package uses another tfjs-core');
    return backend;
  } catch (error) {
    throw new NativeError(firstSentence(error));
  }
}

/** The message on one line, without Node's require stack. */
function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = message] = message.split('\nRequire stack');
  return first.replace(/\s+/g, ' ').trim();
}
