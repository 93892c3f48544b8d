import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { startWasm } from '../../training/backend.ts';
import { registerGradients } from '../../training/gradients.ts';
import { selfTest } from '../../training/self-test.ts';
import { trainingSpeed } from '../../training/speed.ts';
import { wasmPath } from '../../training/wasm-path.ts';
import { answerParent } from './child.ts';
import type { NodeBackend, ToTrain } from './train.ts';

/** One backend, in a process of its own. */

async function start(backend: NodeBackend): Promise<void> {
  switch (backend) {
    case 'wasm':
      return startWasm(wasmPath);
    case 'wasmStock': {
      const stock = [tf.Conv2DBackpropInput, tf.MaxPoolGrad].map(name => tf.getKernel(name, 'wasm'));
      await startWasm(wasmPath);
      for (const kernel of stock) {
        tf.unregisterKernel(kernel.kernelName, 'wasm');
        tf.registerKernel(kernel);
      }
      return;
    }
    case 'cpu':
      await tf.setBackend('cpu');
      registerGradients();
      return;
    default:
      backend satisfies never;
  }
}

answerParent<ToTrain>(async ({ backend, seconds }) => {
  await start(backend);
  await selfTest();
  return trainingSpeed({ timeMs: 1000 * seconds, now: () => performance.now() });
});
