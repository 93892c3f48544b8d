import type { Convolution, FlatNet } from './flat-net.ts';
import { outputCount, prepareForward } from './forward.ts';
import { aligned, alignment, dispatchAll, floatBytes, type Gpu, type Kernel, readStaging } from './gpu.ts';
import { adamKernel, answerKernels, lossKernel } from './kernels.ts';

export interface ProgramOptions {
  flat: FlatNet;
  images: number; // of a batch
  frozenStages: number; // the first stages, whose parameters stay
  /** Adam's. */
  beta1: number;
  beta2: number;
  epsilon: number;
}

/** The initial state of training. */
export interface Start {
  /** Parameters, two running means and averaged parameters, one after the other. */
  state: Float32Array<ArrayBuffer>;
  norms: Float32Array<ArrayBuffer>;
  folded: Float32Array<ArrayBuffer>;
  /** Folded parameters of the net whose predictions are the targets of `taught` images of a batch. */
  reference: Float32Array<ArrayBuffer>;
}

/** Numbers of one step, in the order of `Step` in kernels.ts. */
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
  /** Loss of each image, and 1 where the answer is right: of the steps in slots 0 to `maxSlots` − 1. */
  readReports(): Promise<Float32Array>;
  readState(): Promise<Float32Array>;
  /** Buffers that the kernels write, by name. */
  buffers: Readonly<Record<string, GPUBuffer>>;
  destroy(): void;
}

/** Steps whose reports are kept until they are read. */
export const maxSlots = 10;

/** Places that a thread of a filter's gradient sums: enough threads for a big card, few slices to sum again. */
const placesPerSlice = 98;

/** The buffers, bind groups and pipelines of a training step, made once for a net and a batch size. */
export const prepareProgram = (gpu: Gpu, options: ProgramOptions): Promise<TrainingProgram> =>
  gpu.checked(() => prepare(gpu, options));

async function prepare(gpu: Gpu, options: ProgramOptions): Promise<TrainingProgram> {
  const { flat, images, frozenStages } = options;
  const { answer, net } = flat;
  const { queue } = gpu.device;
  const buffers = gpu.createBuffers();

  // An upload: images, targets, numbers.
  const pixels = net.side * net.side * net.depth;
  const targetsAt = aligned(images * pixels);
  const numbersAt = targetsAt + aligned(images * answer.classes);
  const upload = new Float32Array(numbersAt + alignment);
  const batch = buffers.storage('batch', upload.length);
  const part = (buffer: GPUBuffer, [from, count]: readonly [number, number]) => ({
    buffer,
    offset: from * floatBytes,
    size: count * floatBytes,
  });
  const now = part(batch, [numbersAt, alignment]);

  const state = buffers.storage('state', 4 * flat.count);
  const norms = buffers.storage('norms', 2 * flat.count);
  const folded = buffers.storage('folded', flat.count);
  const reference = buffers.storage('reference', flat.count);
  const reports = buffers.storage('reports', maxSlots * images * 2);
  const logits = buffers.storage('logits', images * answer.classes);
  const referenceLogits = buffers.storage('referenceLogits', images * answer.classes);
  const logitGradient = buffers.storage('logitGradient', images * answer.classes);
  const forward = prepareForward(buffers, { flat, images, input: part(batch, [0, images * pixels]) });
  const { stages, features, answerConstants } = forward;
  const outputGradients = stages.map(({ layer }, i) =>
    buffers.storage(`outputGradient${i + 1}`, outputCount(layer, images)),
  );

  // Gradients of the parameters: layer by layer, each in slices of the batch.
  const slicesOf = (layer: Convolution) => Math.ceil((images * layer.side) / rowsOf(layer));
  let gradientCount = 0;
  const table = [
    ...stages.map(({ layer }, i) => ({ ...layer, slices: i < frozenStages ? 0 : slicesOf(layer) })),
    { ...answer, slices: 1 },
  ].map(layer => {
    const at = gradientCount;
    gradientCount += aligned(layer.slices * layer.count);
    return { ...layer, at };
  });
  const gradients = buffers.storage('gradients', gradientCount);
  const gradientOf = (k: number) => part(gradients, [table[k].at, table[k].slices * table[k].count]);
  const layers = buffers.storage('layers', 4 * table.length);
  const rows = table.flatMap(({ first, count, slices, at }) => [first / 4, count / 4, slices, at / 4]);
  queue.writeBuffer(layers, 0, Uint32Array.from(rows));

  const loss: Kernel = {
    code: lossKernel(net.answers),
    entry: 'loss',
    constants: { classes: answer.classes },
    bound: {
      0: logits,
      1: referenceLogits,
      2: part(batch, [targetsAt, images * answer.classes]),
      3: logitGradient,
      4: reports,
      5: now,
    },
    threads: images,
  };

  /** From the gradient of the logits to the gradients of the features and of the answer layer's parameters. */
  const answerBackward: Kernel[] = [
    {
      code: answerKernels,
      entry: 'answerGradient',
      constants: answerConstants,
      bound: { 1: features, 2: gradientOf(stages.length), 3: logitGradient },
      threads: (answer.features + 1) * answer.classes,
    },
    {
      code: answerKernels,
      entry: 'featureGradient',
      constants: answerConstants,
      bound: { 0: folded, 1: features, 2: outputGradients[stages.length - 1], 3: logitGradient },
      threads: images * answer.features,
    },
  ];

  const backward = stages.map(({ layer, code, constants, input, corners }, i): Kernel[] => {
    if (i < frozenStages) return [];
    const bound = { 1: input, 4: outputGradients[i], 5: corners };
    const { inputs, outputs } = constants;
    const ofFilter = {
      code,
      entry: 'filterGradient',
      constants: { ...constants, rows: rowsOf(layer) },
      bound: { ...bound, 2: gradientOf(i) },
      threads: slicesOf(layer) * (9 * inputs + 1) * outputs,
    };
    if (i === frozenStages) return [ofFilter];
    const ofInput = {
      code,
      entry: 'inputGradient',
      constants,
      bound: { ...bound, 0: folded, 2: outputGradients[i - 1] },
      threads: images * layer.side ** 2 * inputs,
    };
    return [ofFilter, ofInput];
  });

  const { beta1, beta2, epsilon } = options;
  const adam: Kernel = {
    code: adamKernel,
    entry: 'adam',
    constants: { beta1, beta2, fresh1: 1 - beta1, fresh2: 1 - beta2, epsilon },
    bound: { 0: state, 1: folded, 2: norms, 3: gradients, 4: layers, 5: now },
    threads: flat.count / 4,
  };

  const reading = forward.kernels({ parameters: reference, logits: referenceLogits });
  const withReading = await gpu.prepare([
    ...reading,
    ...forward.kernels({ parameters: folded, logits }),
    loss,
    ...answerBackward,
    ...backward.reverse().flat(),
    adam,
  ]);
  const withoutReading = withReading.slice(reading.length);
  const reportStaging = buffers.staging('reportStaging', maxSlots * images * 2);
  const stateStaging = buffers.staging('stateStaging', 4 * flat.count);

  return {
    buffers: buffers.byName,
    load(start) {
      queue.writeBuffer(state, 0, start.state);
      queue.writeBuffer(norms, 0, start.norms);
      queue.writeBuffer(folded, 0, start.folded);
      queue.writeBuffer(reference, 0, start.reference);
    },
    step({ images: values, targets, numbers }) {
      if (values.length !== images * pixels || targets.length !== images * answer.classes)
        throw new Error(`A batch has ${images} images, found ${values.length / pixels}.`);
      upload.set(values);
      upload.set(targets, targetsAt);
      upload.set(numbers, numbersAt);
      queue.writeBuffer(batch, 0, upload);
      const encoder = gpu.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      const taught = numbers[6];
      dispatchAll(pass, taught > 0 ? withReading : withoutReading);
      pass.end();
      encoder.copyBufferToBuffer(reports, 0, reportStaging, 0, reports.size);
      queue.submit([encoder.finish()]);
    },
    readReports: () => readStaging(reportStaging),
    readState() {
      const encoder = gpu.device.createCommandEncoder();
      encoder.copyBufferToBuffer(state, 0, stateStaging, 0, state.size);
      queue.submit([encoder.finish()]);
      return readStaging(stateStaging);
    },
    destroy: buffers.destroy,
  };
}

/** Rows, of all images of a batch together, that one slice of a filter's gradient sums over. */
const rowsOf = ({ side }: Convolution) => Math.max(1, Math.round(placesPerSlice / side));
