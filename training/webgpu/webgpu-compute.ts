import type { Weights } from '../../shared/weights.ts';
import type { Compute } from '../learn/compute.ts';
import type { StepRunner, StepStart } from '../learn/step-runner.ts';
import { answers } from '../model/answers.ts';
import { isLearned } from '../model/learned.ts';
import { side, stages } from '../model/network.ts';
import { answering, decodeServingWeights, type ServingNet } from '../model/serving-net.ts';
import { flatNetOf, flatten, fold, normsOf, unflatten } from './flat-net.ts';
import { createGpu } from './gpu.ts';
import { maxSlots, prepareProgram, type TrainingProgram } from './program.ts';
import { prepareReader, type Reader } from './reader.ts';

/** The net as kernels see it. */
const flat = flatNetOf({ side, depth: 1, stages, answers });

/** Training and predicting by kernels of our own, on a device. What is prepared once serves every training. */
export function createWebGpuCompute(device: GPUDevice): Compute {
  const gpu = createGpu(device);
  const idle = new Map<string, TrainingProgram>();
  let reader: Promise<Reader> | undefined;

  async function startSteps(start: StepStart): Promise<StepRunner> {
    const { weights, norm, images, options, reference, frozenStages = 0 } = start;
    if (norm !== 'stored' || options.dropout > 0)
      throw new Error('WebGPU trains with stored batch-norm statistics and without dropout.');
    const { beta1, beta2, epsilon } = options;
    const programOptions = { images, frozenStages, beta1, beta2, epsilon };
    const key = JSON.stringify(programOptions);
    const program = idle.get(key) ?? (await prepareProgram(gpu, { flat, ...programOptions }));
    idle.delete(key);
    program.load(startOf(start));
    const taught = reference ? images - reference.own : 0;
    const learned = Object.fromEntries(Object.entries(weights).filter(([name]) => isLearned(name)));
    let slot = 0;

    async function stateNow() {
      const all = await program.readState();
      const part = (k: number, like: Weights) =>
        unflatten(flat, { values: all.subarray(k * flat.count, (k + 1) * flat.count), like });
      return {
        params: part(0, weights),
        averaged: part(3, weights),
        first: part(1, learned),
        second: part(2, learned),
      };
    }

    return {
      readEvery: maxSlots,
      run(batch, { step, rate, shrink, keep }) {
        const [first, second] = [1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)];
        program.step({ ...batch, numbers: [rate, shrink, keep, first, second, slot++, taught] });
      },
      async read() {
        const values = await program.readReports();
        const steps = slot;
        slot = 0;
        return Array.from({ length: steps }, (_, step) => {
          const own = values.subarray(2 * images * step, 2 * images * (step + 1));
          return { loss: meanOf(own, 0), accuracy: meanOf(own, 1) };
        });
      },
      state: stateNow,
      finish: async () => (await stateNow()).averaged,
      dispose: () => void idle.set(key, program),
    };
  }

  async function loadNet(bytes: Uint8Array): Promise<ServingNet> {
    const weights = decodeServingWeights(bytes);
    const folded = fold(flatten(flat, weights), normsOf(flat, weights));
    reader ??= prepareReader(gpu, flat);
    const { logitsOf } = await reader;
    return { ...answering((rasters, n) => logitsOf(folded, { rasters, n })), dispose() {} };
  }

  return { startSteps, loadNet };
}

function startOf({ weights, from, reference }: StepStart) {
  const state = new Float32Array(4 * flat.count);
  const parameters = flatten(flat, from?.params ?? weights);
  const means = from ? [flatten(flat, from.first), flatten(flat, from.second)] : [];
  state.set(parameters);
  for (const [i, mean] of means.entries()) state.set(mean, (i + 1) * flat.count);
  state.set(from ? flatten(flat, from.averaged) : parameters, 3 * flat.count);
  const norms = normsOf(flat, weights);
  const { weights: read = weights } = reference ?? {};
  return {
    state,
    norms,
    folded: fold(parameters, norms),
    reference: fold(flatten(flat, read), normsOf(flat, read)),
  };
}

/** Of every second number, from the one at `at` on. */
function meanOf(pairs: Float32Array, at: number): number {
  let sum = 0;
  for (let i = at; i < pairs.length; i += 2) sum += pairs[i];
  return (2 * sum) / pairs.length;
}
