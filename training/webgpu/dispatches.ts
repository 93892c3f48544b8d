/** A kernel of kernels.ts with what one layer gives it. */
export interface Kernel {
  code: string;
  entry: string;
  constants: Readonly<Record<string, number>>;
  /** By binding. */
  bound: Readonly<Record<number, GPUBuffer | GPUBufferBinding>>;
  threads: number;
}

export interface Dispatch {
  pipeline: GPUComputePipeline;
  bindGroup: GPUBindGroup;
  groups: number;
}

/** Threads of a workgroup: what the smallest devices allow, and a multiple of what every card runs together. */
const mostThreads = 64;

/** Compiles kernels, all of them at once, each pair of code and constants once. */
export async function prepareDispatches(device: GPUDevice, kernels: readonly Kernel[]): Promise<Dispatch[]> {
  const { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX, maxComputeWorkgroupsPerDimension } =
    device.limits;
  const group = Math.min(mostThreads, maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX);
  const modules = new Map<string, GPUShaderModule>();
  const pipelines = new Map<string, Promise<GPUComputePipeline>>();

  function moduleOf(code: string): GPUShaderModule {
    const module = modules.get(code) ?? device.createShaderModule({ code });
    modules.set(code, module);
    return module;
  }

  function pipelineOf({ code, entry, constants }: Kernel): Promise<GPUComputePipeline> {
    const key = JSON.stringify([code, entry, constants]);
    const compute = { module: moduleOf(code), entryPoint: entry, constants: { ...constants, group } };
    const pipeline = pipelines.get(key) ?? device.createComputePipelineAsync({ layout: 'auto', compute });
    pipelines.set(key, pipeline);
    return pipeline;
  }

  return Promise.all(
    kernels.map(async kernel => {
      const pipeline = await pipelineOf(kernel);
      const groups = Math.ceil(kernel.threads / group);
      if (groups > maxComputeWorkgroupsPerDimension)
        throw new Error(`The batch is too large: ${kernel.entry} needs ${groups} workgroups.`);
      const entries = Object.entries(kernel.bound).map(([binding, bound]) => ({
        binding: Number(binding),
        resource: 'buffer' in bound ? bound : { buffer: bound },
      }));
      const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
      return { pipeline, bindGroup, groups };
    }),
  );
}
