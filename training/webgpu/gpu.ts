/** A kernel of kernels.ts with a layer's constants and buffers. */
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

/** Buffers of float32 numbers that are destroyed together. */
export interface Buffers {
  storage(name: string, count: number): GPUBuffer;
  /** The processor reads it. */
  staging(name: string, count: number): GPUBuffer;
  byName: Readonly<Record<string, GPUBuffer>>;
  destroy(): void;
}

/** A device and the pipelines it has compiled. */
export interface Gpu {
  device: GPUDevice;
  createBuffers(): Buffers;
  /** Compiles in parallel what was not compiled before, and makes the bind groups. */
  prepare(kernels: readonly Kernel[]): Promise<Dispatch[]>;
  /** Rejects with the device's own message where `make` asked for something that the device refuses. */
  checked<Value>(make: () => Promise<Value>): Promise<Value>;
}

export const floatBytes = 4;
/** A part of a buffer can be bound from a multiple of 256 bytes: so many numbers. */
export const alignment = 64;
export const aligned = (count: number) => alignment * Math.ceil(count / alignment);

/** Threads of a workgroup: the smallest devices allow 128, and every card runs 64 together well. */
const maxThreads = 64;
/** The smallest binding that a kernel's vectors of four fit in. */
const minCount = 4;

export function createGpu(device: GPUDevice): Gpu {
  const { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX, maxComputeWorkgroupsPerDimension } =
    device.limits;
  const group = Math.min(maxThreads, maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX);
  const modules = new Map<string, GPUShaderModule>();
  const pipelines = new Map<string, Promise<GPUComputePipeline>>();

  function moduleOf(code: string): GPUShaderModule {
    const module = modules.get(code) ?? device.createShaderModule({ code });
    modules.set(code, module);
    return module;
  }

  function pipelineOf({ code, entry, constants }: Kernel): Promise<GPUComputePipeline> {
    const key = JSON.stringify([code, entry, constants]);
    const known = pipelines.get(key);
    if (known !== undefined) return known;
    const compute = { module: moduleOf(code), entryPoint: entry, constants: { ...constants, group } };
    const pipeline = device.createComputePipelineAsync({ layout: 'auto', compute });
    pipelines.set(key, pipeline);
    return pipeline;
  }

  async function prepareOne(kernel: Kernel): Promise<Dispatch> {
    const groups = Math.ceil(kernel.threads / group);
    if (groups > maxComputeWorkgroupsPerDimension)
      throw new Error(`The batch is too large: the kernel ${kernel.entry} needs ${groups} workgroups.`);
    const pipeline = await pipelineOf(kernel);
    const entries = Object.entries(kernel.bound).map(([binding, bound]) => ({
      binding: Number(binding),
      resource: 'buffer' in bound ? bound : { buffer: bound },
    }));
    const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    return { pipeline, bindGroup, groups };
  }

  return {
    device,
    createBuffers: () => createBuffers(device),
    prepare: kernels => Promise.all(kernels.map(prepareOne)),
    async checked(make) {
      device.pushErrorScope('out-of-memory');
      device.pushErrorScope('validation');
      const [made] = await Promise.allSettled([make()]);
      const errors = [await device.popErrorScope(), await device.popErrorScope()];
      for (const error of errors)
        if (error !== null) throw new Error(`The graphics card refuses to compute: ${error.message}`);
      if (made.status === 'rejected') throw made.reason;
      return made.value;
    },
  };
}

function createBuffers(device: GPUDevice): Buffers {
  const byName: Record<string, GPUBuffer> = {};
  function create(name: string, { count, usage }: { count: number; usage: number }): GPUBuffer {
    const buffer = device.createBuffer({
      label: name,
      size: Math.max(minCount, count) * floatBytes,
      usage,
    });
    byName[name] = buffer;
    return buffer;
  }
  return {
    byName,
    storage(name, count) {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      return create(name, { count, usage });
    },
    staging(name, count) {
      return create(name, { count, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    },
    destroy() {
      for (const buffer of Object.values(byName)) buffer.destroy();
    },
  };
}

export function dispatchAll(pass: GPUComputePassEncoder, dispatches: readonly Dispatch[]): void {
  for (const { pipeline, bindGroup, groups } of dispatches) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(groups);
  }
}

/** The numbers of a staging buffer, once everything that was submitted before is done. */
export async function readStaging(staging: GPUBuffer): Promise<Float32Array> {
  await staging.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(staging.getMappedRange().slice(0));
  staging.unmap();
  return values;
}
