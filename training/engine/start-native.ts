import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from './register-gradients.ts';

/** Of TensorFlow's own log only errors. */
const errorsOnly = '2';

/** The native engine is not there, or not as it should be; the sentence says what is missing. */
export class NativeError extends Error {
  override name = 'NativeError';
}

/**
 * TensorFlow itself, from its package in `folder`, as the backend in use. Only in a process of its own: what is
 * wrong with a native library may end the process or hang it, and in worker threads it always hangs. Rejects with
 * NativeError when it cannot be loaded.
 */
export async function startNative({ threads, folder }: { threads: number; folder: string }): Promise<void> {
  // The library reads them once, when it is loaded.
  Object.assign(process.env, {
    TF_CPP_MIN_LOG_LEVEL: errorsOnly,
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1', // tfjs asks for one op after the other
    OMP_NUM_THREADS: String(threads),
  });
  const backend = createBackend(folder);
  tf.registerBackend('tensorflow', () => backend);
  if (!(await tf.setBackend('tensorflow'))) throw new NativeError('TensorFlow did not start');
  registerGradients();
}

/**
 * By its parts, not by the package's entry, which wants layers, converters and downloaders. Its kernels ask `util` for
 * two things, of which Node 23 took one away and warns of the other.
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
    if (typeof loaded.NodeJSKernelBackend !== 'function') throw new Error('there is no backend in it');
    const backend: unknown = Reflect.construct(loaded.NodeJSKernelBackend, [binding, 'tfjs-node']);
    // Another copy of tfjs-core would have tensors of its own.
    if (!(backend instanceof tf.KernelBackend)) throw new Error('it is for another tfjs-core');
    return backend;
  } catch (error) {
    throw new NativeError(sentenceOf(error));
  }
}

/** Which library or symbol it is, on one line, without where Node looked. */
function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [told = message] = message.split('\nRequire stack');
  return told.replace(/\s+/g, ' ').trim();
}
