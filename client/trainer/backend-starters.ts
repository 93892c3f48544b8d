import type { Backend } from './backend.ts';
import type { DeviceKind } from './worker-messages.ts';

/** Each starter imports its backend's code. It rejects where the device is not available. */
export const startBackend: Record<DeviceKind, () => Promise<Backend>> = {
  async webgpu() {
    if (!('gpu' in navigator)) throw new Error('This browser offers none to this page');
    // tfjs crashes on a null adapter.
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }); // the one that tfjs takes
    if (adapter === null) throw new Error('No graphics card is available');
    return (await import('./webgpu.ts')).startWebGpu(adapter.info);
  },
  async webgl() {
    if (typeof OffscreenCanvas === 'undefined') throw new Error('This browser offers none to a worker');
    return (await import('./webgl.ts')).startWebGl();
  },
  wasm: async () => (await import('./wasm.ts')).startWebAssembly(),
  cpu: async () => (await import('./cpu.ts')).startCpu(),
};
