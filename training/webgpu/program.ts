import { type Kernel, prepareDispatches } from './dispatches.ts';
import type { Convolution, FlatNet } from './flat-net.ts';
import { adamKernel, answerKernels, convolutionKernels, lossKernel } from './kernels.ts';

export interface ProgramOptions {
  flat: FlatNet;
  images: number; // of a batch
  /** Adam's. */
  beta1: number;
  beta2: number;
  epsilon: number;
}

/** What training begins with. */
export interface Start {
  /** Parameters, two running means and averaged parameters, one after the other. */
  state: Float32Array<ArrayBuffer>;
  norms: Float32Array<ArrayBuffer>;
  folded: Float32Array<ArrayBuffer>;
  /** Folded parameters of the net whose readings are the targets of `taught` images of a batch. */
  reference: Float32Array<ArrayBuffer>;
}

/** Numbers of one step, in the order in which kernels.ts has them; the first is Adam's step. */
export type StepNumbers = readonly [
  rate: number,
  shrink: number,
  keep: number,
  first: number,
  second: number,
  slot: number,
  taught: number,
];

export interface StepInput {
  images: Float32Array;
  targets: Float32Array;
  numbers: StepNumbers;
}

export interface TrainingProgram {
  load(start: Start): void;
  /** One upload, one pass, one submit. Never waits. */
  step(input: StepInput): void;
  /** Loss and 1 where right, of each image, of the steps in slots 0 to `mostSlots` − 1. */
  readReports(): Promise<Float32Array>;
  readState(): Promise<Float32Array>;
  /** Dispatches of a step. */
  dispatches: number;
  /** What kernels write, by name. */
  buffers: Readonly<Record<string, GPUBuffer>>;
  destroy(): void;
}

/** Steps whose reports are kept until they are read. */
export const mostSlots = 10;

const floatBytes = 4;
const alignment = 64; // numbers: a part of a buffer is bound from a multiple of 256 bytes on
/** Numbers that a thread of a filter's gradient sums: enough threads for a big card, few slices to sum again. */
const placesPerSlice = 98;

/** Buffers, bind groups and pipelines of a training step, made once for a net and a size of batch. */
export async function prepareProgram(device: GPUDevice, options: ProgramOptions): Promise<TrainingProgram> {
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  const program = await prepare(device, options).catch((error: unknown) => error);
  const errors = [await device.popErrorScope(), await device.popErrorScope()];
  for (const error of errors)
    if (error !== null) throw new Error(`The training step cannot be prepared: ${error.message}`);
  if (!isProgram(program)) throw program;
  return program;
}

const isProgram = (found: unknown): found is TrainingProgram =>
  typeof found === 'object' && found !== null && 'dispatches' in found;

async function prepare(device: GPUDevice, options: ProgramOptions): Promise<TrainingProgram> {
  const { flat, images } = options;
  const { convolutions, answer, net } = flat;
  const made: Record<string, GPUBuffer> = {};
  /** Of so many numbers. */
  function buffer(name: string, count: number, usage = 0): GPUBuffer {
    const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const size = Math.max(4, count) * floatBytes;
    const created = device.createBuffer({ label: name, size, usage: usage === 0 ? storage : usage });
    made[name] = created;
    return created;
  }
  const staging = (name: string, count: number) =>
    buffer(name, count, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);

  // What is uploaded each step: images, targets, numbers.
  const pixels = net.side * net.side * net.depth;
  const [targetsAt, numbersAt] = [
    aligned(images * pixels),
    aligned(images * pixels) + aligned(images * net.classes),
  ];
  const upload = new Float32Array(numbersAt + alignment);
  const batch = buffer('batch', upload.length);
  const part = (from: number, count: number) => ({
    buffer: batch,
    offset: from * floatBytes,
    size: count * floatBytes,
  });
  const now = part(numbersAt, alignment);

  const state = buffer('state', 4 * flat.count);
  const norms = buffer('norms', 2 * flat.count);
  const folded = buffer('folded', flat.count);
  const reference = buffer('reference', flat.count);
  const reports = buffer('reports', mostSlots * images * 2);
  const stages = convolutions.map((layer, i) => {
    const slices = Math.ceil((images * layer.side) / rowsOf(layer));
    const outputs = images * Math.floor(layer.side / layer.pool) ** 2 * layer.channels;
    return {
      layer,
      slices,
      output: buffer(`output${i + 1}`, outputs),
      corners: buffer(`corners${i + 1}`, layer.pool === 2 ? outputs : 0),
      gradient: buffer(`outputGradient${i + 1}`, outputs),
    };
  });
  const logits = buffer('logits', images * answer.classes);
  const read = buffer('referenceLogits', images * answer.classes);
  const logitGradient = buffer('logitGradient', images * answer.classes);
  const last = stages.at(-1);
  if (last === undefined) throw new Error('A net has at least one stage.');

  // Gradients of all layers, each in slices.
  let gradientCount = 0;
  const table = [...stages, { layer: answer, slices: 1 }].map(({ layer, slices }) => {
    const at = gradientCount;
    gradientCount += aligned(slices * layer.count);
    return { ...layer, slices, at };
  });
  const gradients = buffer('gradients', gradientCount);
  const gradientOf = (k: number) => ({
    buffer: gradients,
    offset: table[k].at * floatBytes,
    size: table[k].slices * table[k].count * floatBytes,
  });
  const layers = buffer('layers', 4 * table.length);
  const rows = table.flatMap(({ first, count, slices, at }) => [first / 4, count / 4, slices, at / 4]);
  device.queue.writeBuffer(layers, 0, Uint32Array.from(rows));

  const inputOf = (i: number) => (i === 0 ? part(0, images * pixels) : stages[i - 1].output);
  const constantsOf = ({ first, side, depth, channels, pool }: Convolution) => ({
    images,
    side,
    inputs: depth % 4 === 0 ? depth / 4 : depth,
    outputs: channels / 4,
    pool,
    first: first / 4,
  });
  const codeOf = ({ depth }: Convolution) => (depth % 4 === 0 ? onVectors : onNumbers);
  const answerConstants = {
    images,
    features: answer.features,
    classes: answer.classes,
    first: answer.first,
  };

  /** From the images to logits. */
  const forward = (parameters: GPUBuffer, answers: GPUBuffer): Kernel[] => [
    ...stages.map(({ layer, output, corners }, i) => ({
      code: codeOf(layer),
      entry: 'convolve',
      constants: constantsOf(layer),
      bound: { 0: parameters, 1: inputOf(i), 2: output, 3: corners },
      threads: (images * Math.floor(layer.side / layer.pool) ** 2 * layer.channels) / 4,
    })),
    {
      code: answerKernels,
      entry: 'answer',
      constants: answerConstants,
      bound: { 0: parameters, 1: last.output, 2: answers },
      threads: images * answer.classes,
    },
  ];

  const loss: Kernel = {
    code: lossKernel,
    entry: 'loss',
    constants: { images, classes: answer.classes },
    bound: {
      0: logits,
      1: read,
      2: part(targetsAt, images * net.classes),
      3: logitGradient,
      4: reports,
      5: now,
    },
    threads: images,
  };

  /** From the gradient of the logits to those of the features and of the answer layer's numbers. */
  const answerBackward: Kernel[] = [
    {
      code: answerKernels,
      entry: 'answerGradient',
      constants: answerConstants,
      bound: { 1: last.output, 2: gradientOf(stages.length), 3: logitGradient },
      threads: (answer.features + 1) * answer.classes,
    },
    {
      code: answerKernels,
      entry: 'featureGradient',
      constants: answerConstants,
      bound: { 0: folded, 1: last.output, 2: last.gradient, 3: logitGradient },
      threads: images * answer.features,
    },
  ];

  const backward = stages
    .map(({ layer, slices, corners, gradient }, i): Kernel[] => {
      const shared = { code: codeOf(layer), constants: constantsOf(layer) };
      const bound = { 1: inputOf(i), 4: gradient, 5: corners };
      const filters = {
        ...shared,
        entry: 'filterGradient',
        constants: { ...shared.constants, rows: rowsOf(layer), slices },
        bound: { ...bound, 2: gradientOf(i) },
        threads: slices * (9 * shared.constants.inputs + 1) * shared.constants.outputs,
      };
      if (i === 0) return [filters];
      const inputs = {
        ...shared,
        entry: 'inputGradient',
        bound: { ...bound, 0: folded, 2: stages[i - 1].gradient },
        threads: images * layer.side ** 2 * shared.constants.inputs,
      };
      return [filters, inputs];
    })
    .reverse();

  const { beta1, beta2, epsilon } = options;
  const adam: Kernel = {
    code: adamKernel,
    entry: 'adam',
    constants: { count: flat.count / 4, beta1, beta2, fresh1: 1 - beta1, fresh2: 1 - beta2, epsilon },
    bound: { 0: state, 1: folded, 2: norms, 3: gradients, 4: layers, 5: now },
    threads: flat.count / 4,
  };

  const reading = forward(reference, read);
  const dispatches = await prepareDispatches(device, [
    ...reading,
    ...forward(folded, logits),
    loss,
    ...answerBackward,
    ...backward.flat(),
    adam,
  ]);
  const withoutReading = dispatches.slice(reading.length);
  const reportStaging = staging('reportStaging', mostSlots * images * 2);
  const stateStaging = staging('stateStaging', 4 * flat.count);

  return {
    dispatches: dispatches.length,
    buffers: made,
    load(start) {
      device.queue.writeBuffer(state, 0, start.state);
      device.queue.writeBuffer(norms, 0, start.norms);
      device.queue.writeBuffer(folded, 0, start.folded);
      device.queue.writeBuffer(reference, 0, start.reference);
    },
    step({ images: values, targets, numbers }) {
      if (values.length !== images * pixels || targets.length !== images * net.classes)
        throw new Error(`A batch has ${images} images, found ${values.length / pixels}.`);
      upload.set(values);
      upload.set(targets, targetsAt);
      upload.set(numbers, numbersAt);
      device.queue.writeBuffer(batch, 0, upload);
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      const taught = numbers[6];
      for (const { pipeline, bindGroup, groups } of taught > 0 ? dispatches : withoutReading) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindGroup);
        pass.dispatchWorkgroups(groups);
      }
      pass.end();
      encoder.copyBufferToBuffer(reports, 0, reportStaging, 0, reports.size);
      device.queue.submit([encoder.finish()]);
    },
    readReports: () => readMapped(reportStaging),
    readState() {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(state, 0, stateStaging, 0, state.size);
      device.queue.submit([encoder.finish()]);
      return readMapped(stateStaging);
    },
    destroy() {
      for (const each of Object.values(made)) each.destroy();
    },
  };
}

const onVectors = convolutionKernels({ isVector: true });
const onNumbers = convolutionKernels({ isVector: false });

/** Rows of the batch's images together, that one slice of a filter's gradient sums over. */
const rowsOf = ({ side }: Convolution) => Math.max(1, Math.round(placesPerSlice / side));

const aligned = (count: number) => alignment * Math.ceil(count / alignment);

async function readMapped(buffer: GPUBuffer): Promise<Float32Array> {
  await buffer.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(buffer.getMappedRange().slice(0));
  buffer.unmap();
  return values;
}
