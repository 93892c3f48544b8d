import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { selfTest } from '../../../training/engine/backend-check.ts';
import { startEngine } from '../../../training/engine/engine.ts';
import { nativeFolder } from '../../../training/engine/native-folder.ts';
import { registerGradients } from '../../../training/engine/register-gradients.ts';
import { startWasm } from '../../../training/engine/start-wasm.ts';
import { wasmPath } from '../../../training/engine/wasm-path.ts';
import { trainingSpeed } from '../../../training/learn/training-speed.ts';
import type { NodeBackend, ToTrain } from '../commands/train.ts';
import { answerParent } from '../system/child-process.ts';

/** Runs one backend in a process of its own. */

async function start(backend: NodeBackend): Promise<void> {
  const stock = [tf.Conv2DBackpropInput, tf.MaxPoolGrad].map(name => tf.getKernel(name, 'wasm'));
  switch (backend) {
    case 'wasm':
      return startWasm(wasmPath);
    case 'tfjsNode':
      return startEngine({ engine: 'tfjs-node', threads: 1, folder: nativeFolder });
    case 'wasmFilterOnly':
      await startWasm(wasmPath);
      for (const kernel of stock) {
        tf.unregisterKernel(kernel.kernelName, 'wasm');
        tf.registerKernel(kernel);
      }
      return;
    case 'wasmStock':
      borrowFromCpu(tf.Conv2DBackpropFilter);
      // startWasm finds an existing filter gradient and does not replace it.
      return startWasm(wasmPath);
    case 'cpu':
      await tf.setBackend('cpu');
      registerGradients();
      return;
    default:
      backend satisfies never;
  }
}

/** Registers a kernel of the CPU backend for WASM, copying data both ways. */
function borrowFromCpu(kernelName: string): void {
  const { kernelFunc } = tf.getKernel(kernelName, 'cpu');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc({ inputs, attrs, backend: wasm }) {
      const cpu = tf.engine().findBackend('cpu');
      if (!(wasm instanceof tf.KernelBackend)) throw new Error('Not a backend');
      const moved = Object.entries(inputs).map(([name, tensor]): [string, tf.TensorInfo] => {
        if (tensor === undefined) throw new Error(`The kernel ${kernelName} lacks its ${name}`);
        const { dataId, shape, dtype } = tensor;
        return [name, { shape, dtype, dataId: cpu.write(wasm.readSync(dataId), shape, dtype) }];
      });
      const [result] = [kernelFunc({ inputs: Object.fromEntries(moved), attrs, backend: cpu })].flat();
      const { shape, dtype } = result;
      const dataId = wasm.write(cpu.readSync(result.dataId), shape, dtype);
      for (const used of [result, ...moved.map(([, tensor]) => tensor)]) cpu.disposeData(used.dataId);
      return { dataId, shape, dtype };
    },
  });
}

answerParent<ToTrain>(async ({ backend, seconds }) => {
  await start(backend);
  // WASM's own pooling gradient is off by a tenth in 4.22: it is timed here but never used for training.
  if (backend === 'wasm' || backend === 'cpu') await selfTest();
  return trainingSpeed({ timeMs: 1000 * seconds, now: () => performance.now() });
});
