/** Calls of WebGPU since the page began. */
export interface GpuCalls {
  dispatches: number;
  submits: number;
  /** Buffers mapped. */
  reads: number;
  /** Buffers, bind groups, pipelines and shader modules made. */
  objects: number;
}

/** Counts what this page or worker asks of its devices from now on. Stands alone: its text may be sent to a page. */
export function countGpuCalls(): GpuCalls {
  const calls = { dispatches: 0, submits: 0, reads: 0, objects: 0 };
  const counted = [
    [GPUComputePassEncoder, 'dispatchWorkgroups', 'dispatches'],
    [GPUQueue, 'submit', 'submits'],
    [GPUBuffer, 'mapAsync', 'reads'],
    [GPUDevice, 'createBuffer', 'objects'],
    [GPUDevice, 'createBindGroup', 'objects'],
    [GPUDevice, 'createShaderModule', 'objects'],
    [GPUDevice, 'createComputePipeline', 'objects'],
    [GPUDevice, 'createComputePipelineAsync', 'objects'],
  ] as const;
  for (const [{ prototype }, method, kind] of counted) {
    const original = Reflect.get(prototype, method);
    Reflect.set(prototype, method, function (this: object, ...args: unknown[]) {
      calls[kind]++;
      return Reflect.apply(original, this, args);
    });
  }
  return calls;
}
