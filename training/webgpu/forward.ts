import type { Convolution, FlatNet } from './flat-net.ts';
import type { Buffers, Kernel } from './gpu.ts';
import { answerKernels, convolutionKernels } from './kernels.ts';

export interface ForwardStage {
  layer: Convolution;
  code: string;
  constants: Readonly<Record<string, number>>;
  input: GPUBuffer | GPUBufferBinding;
  output: GPUBuffer;
  /** Which of four places the pooling took. */
  corners: GPUBuffer;
}

export interface Forward {
  stages: readonly ForwardStage[];
  features: GPUBuffer;
  answerConstants: Readonly<Record<string, number>>;
  /** From the input to logits, by folded parameters. */
  kernels(bound: { parameters: GPUBuffer; logits: GPUBuffer }): Kernel[];
}

interface ForwardOptions {
  flat: FlatNet;
  images: number;
  input: GPUBuffer | GPUBufferBinding;
}

const onVectors = convolutionKernels({ isVector: true });
const onNumbers = convolutionKernels({ isVector: false });

/** Numbers of a stage's output. */
export const outputCount = ({ side, pool, channels }: Convolution, images: number) =>
  images * Math.floor(side / pool) ** 2 * channels;

/** The buffers and kernels of a forward pass. */
export function prepareForward(buffers: Buffers, { flat, images, input }: ForwardOptions): Forward {
  const { convolutions, answer } = flat;
  const stages: ForwardStage[] = [];
  for (const [i, layer] of convolutions.entries()) {
    const { first, side, depth, channels, pool } = layer;
    const isVector = depth % 4 === 0;
    const count = outputCount(layer, images);
    stages.push({
      layer,
      code: isVector ? onVectors : onNumbers,
      constants: {
        side,
        inputs: isVector ? depth / 4 : depth,
        outputs: channels / 4,
        pool,
        first: first / 4,
      },
      input: stages.at(-1)?.output ?? input,
      output: buffers.storage(`output${i + 1}`, count),
      corners: buffers.storage(`corners${i + 1}`, pool === 2 ? count : 0),
    });
  }
  const features = stages.at(-1)?.output;
  if (features === undefined) throw new Error('A net has at least one stage.');
  const answerConstants = { features: answer.features, classes: answer.classes, first: answer.first };
  return {
    stages,
    features,
    answerConstants,
    kernels: ({ parameters, logits }) => [
      ...stages.map(stage => ({
        code: stage.code,
        entry: 'convolve',
        constants: stage.constants,
        bound: { 0: parameters, 1: stage.input, 2: stage.output, 3: stage.corners },
        threads: outputCount(stage.layer, images) / 4,
      })),
      {
        code: answerKernels,
        entry: 'answer',
        constants: answerConstants,
        bound: { 0: parameters, 1: features, 2: logits },
        threads: images * answer.classes,
      },
    ],
  };
}
