import { loadServingNet, type ServingNet } from '../model/serving-net.ts';
import type { StartSteps } from './step-runner.ts';
import { startTfjsSteps } from './tfjs-steps.ts';

/** Trains and predicts. */
export interface Compute {
  startSteps: StartSteps;
  /** Throws as `loadServingNet` does. */
  loadNet(bytes: Uint8Array): Promise<ServingNet>;
}

/** On the tfjs backend in use. */
export const tfjsCompute: Compute = { startSteps: startTfjsSteps, loadNet: loadServingNet };
