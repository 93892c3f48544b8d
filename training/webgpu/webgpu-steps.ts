import type { Weights } from '../../shared/weights.ts';
import type { StartSteps, StepStart } from '../learn/step-runner.ts';
import { isLearned } from '../model/learned.ts';
import { classes, side, stages } from '../model/network.ts';
import { flatNetOf, flatten, fold, normsOf, unflatten } from './flat-net.ts';
import { mostSlots, prepareProgram, type TrainingProgram } from './program.ts';

/** The net as kernels see it. */
const flat = flatNetOf({ side, depth: 1, stages, classes });

/** Training steps by kernels of our own, on a device. What was prepared is used again by the next training. */
export function createWebGpuSteps(device: GPUDevice): StartSteps {
  const idle = new Map<string, TrainingProgram>();

  return async start => {
    const { weights, norm, images, options, reference } = start;
    if (norm !== 'stored' || options.dropout > 0)
      throw new Error('WebGPU trains with stored batch-norm statistics and without dropout.');
    const { beta1, beta2, epsilon } = options;
    const key = JSON.stringify([images, beta1, beta2, epsilon]);
    const program = idle.get(key) ?? (await prepareProgram(device, { flat, images, beta1, beta2, epsilon }));
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
      readEvery: mostSlots,
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
  };
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
