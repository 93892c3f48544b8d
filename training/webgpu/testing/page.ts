import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { decodeWeights, encodeWeights } from '../../../shared/weights.ts';
import { selfTestCompute } from '../../engine/backend-check.ts';
import { registerGradients } from '../../engine/register-gradients.ts';
import type { StartSteps } from '../../learn/step-runner.ts';
import { startTfjsSteps } from '../../learn/tfjs-steps.ts';
import { train } from '../../learn/train.ts';
import { flatNetOf, type Net } from '../flat-net.ts';
import { createGpu } from '../gpu.ts';
import { prepareProgram, type StepNumbers } from '../program.ts';
import { createWebGpuCompute } from '../webgpu-compute.ts';
import { countGpuCalls, type GpuCalls } from './count-gpu-calls.ts';
import { greyBatches } from './grey-batches.ts';
import { pack, unpack, unpackBytes } from './packed.ts';

/** Requests of the tests and the bench to a page with a graphics card. */

const calls = countGpuCalls();

let device: Promise<GPUDevice> | undefined;

/** The device that tfjs owns, as in the trainer. */
function deviceOfTfjs(): Promise<GPUDevice> {
  device ??= (async () => {
    await tf.setBackend('webgpu');
    await tf.ready();
    registerGradients();
    const backend = tf.backend();
    if (!(backend instanceof WebGPUBackend)) throw new Error('There is no WebGPU here.');
    return backend.device;
  })();
  return device;
}

/** Numbers are packed. */
export interface KernelRun {
  net: Net;
  images: string;
  targets: string;
  parameters: string;
  norms: string;
  folded: string;
  reference: string;
  numbers: StepNumbers;
  /** Buffers. */
  read: readonly string[];
}

/** One step of any net; the numbers in the buffers after it. */
async function runKernels({ net, numbers, read, ...packed }: KernelRun): Promise<Record<string, string>> {
  const gpu = await deviceOfTfjs();
  const flat = flatNetOf(net);
  const [parameters, targets] = [unpack(packed.parameters), unpack(packed.targets)];
  const images = targets.length / flat.answer.classes;
  const program = await prepareProgram(createGpu(gpu), {
    flat,
    images,
    frozenStages: 0,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
  });
  const state = new Float32Array(4 * flat.count);
  state.set(parameters);
  state.set(parameters, 3 * flat.count);
  const [norms, folded, reference] = [packed.norms, packed.folded, packed.reference].map(unpack);
  program.load({ state, norms, folded, reference });
  program.step({ images: unpack(packed.images), targets, numbers });
  const found = await Promise.all(read.map(name => readBuffer(gpu, program.buffers[name])));
  program.destroy();
  return Object.fromEntries(found.map((values, i) => [read[i], pack(values)]));
}

async function readBuffer(gpu: GPUDevice, buffer: GPUBuffer): Promise<Float32Array> {
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = gpu.createBuffer({ size: buffer.size, usage });
  const encoder = gpu.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  gpu.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return values;
}

export interface StepsRun {
  runner: 'kernels' | 'tfjs';
  /** Packed, as in shared/weights.ts. */
  weights: string;
  /** The same of the net whose readings are targets; default: the net that begins. */
  reference?: string;
  images: number; // of a batch
  own: number; // samples of a batch that keep their targets
  steps: number;
  frozenStages?: number;
}

export interface StepsRan {
  losses: number[];
  accuracies: number[];
  weights: string;
  /** As they were when each step was yielded. */
  calls: GpuCalls[];
  tensors: number[];
}

/** Trains on grey batches by the kernels, or by tfjs's operations on the same device. */
async function runSteps({
  runner,
  images,
  own,
  steps,
  frozenStages,
  ...packed
}: StepsRun): Promise<StepsRan> {
  const gpu = await deviceOfTfjs();
  const startSteps: StartSteps = runner === 'kernels' ? createWebGpuCompute(gpu).startSteps : startTfjsSteps;
  const weights = decodeWeights(unpackBytes(packed.weights));
  const read = packed.reference === undefined ? weights : decodeWeights(unpackBytes(packed.reference));
  const ran: Omit<StepsRan, 'weights'> = { losses: [], accuracies: [], calls: [], tensors: [] };
  const training = train({
    weights,
    reference: { weights: read, own },
    batches: greyBatches(7, images),
    steps,
    norm: 'stored',
    frozenStages,
    peakRate: 1e-3,
    startSteps,
  });
  for (;;) {
    const state = await training.next();
    if (state.done === true) return { ...ran, weights: pack(encodeWeights(state.value)) };
    ran.losses.push(state.value.loss);
    ran.accuracies.push(state.value.accuracy);
    ran.calls.push({ ...calls });
    ran.tensors.push(tf.memory().numTensors);
  }
}

/** As the trainer proves a device before it is used. */
const selfTest = async () => selfTestCompute(createWebGpuCompute(await deviceOfTfjs()));

/** Probabilities of rasters, packed, and the reads that they take. */
async function predict({ weights, rasters, n }: { weights: string; rasters: string; n: number }) {
  const net = await createWebGpuCompute(await deviceOfTfjs()).loadNet(unpackBytes(weights));
  const before = calls.reads;
  const probabilities = await net.predict(unpackBytes(rasters), n);
  return { probabilities: pack(probabilities), reads: calls.reads - before };
}

const inPage = { runKernels, predict, runSteps, selfTest };
export type InPage = typeof inPage;
Object.assign(globalThis, { inPage });
