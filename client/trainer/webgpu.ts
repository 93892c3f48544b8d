import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { createWebGpuCompute } from '../../training/webgpu/webgpu-compute.ts';
import { type Backend, software } from './backend.ts';
import { setBackend } from './set-backend.ts';

export async function startWebGpu(info: GPUAdapterInfo): Promise<Backend> {
  await setBackend('webgpu');
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('The backend did not start');
  let isLost = false;
  const lost = backend.device.lost.then(({ message }) => {
    isLost = true;
    return message;
  });
  const name = described(info);
  const isSoftware = info.isFallbackAdapter || software.test(name);
  const compute = createWebGpuCompute(backend.device);
  return { name: `WebGPU · ${name}`, isSoftware, compute, isLost: () => isLost, lost };
}

/** Browsers leave some of these fields empty. */
const described = ({ vendor, architecture, description }: GPUAdapterInfo) =>
  description || [vendor, architecture].filter(part => part !== '').join(' ') || 'GPU';
