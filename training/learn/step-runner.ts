import type { Weights } from '../../shared/weights.ts';
import type { Batch } from '../dataset/batches.ts';
import type { Norm } from '../model/network.ts';

/** Where a training is: parameters, averaged parameters, and Adam's running means of the learned tensors. */
export type TrainingState = {
  params: Weights;
  averaged: Weights;
  first: Weights;
  second: Weights;
};

export type StepOptions = {
  beta1: number;
  beta2: number;
  epsilon: number;
  dropout: number;
  normBatches: number;
};

/** Another net whose readings are the targets of a batch, but for those of its `own` last samples. */
export type Reference = { weights: Weights; own: number };

export type StepStart = {
  weights: Weights;
  from?: TrainingState;
  norm: Norm;
  options: StepOptions;
  reference?: Reference;
  frozenStages?: number; // the first stages whose weights stay, and are the reference's too; default 0
  images: number; // of every batch
  answers?: readonly number[]; // classes of each answer; default: those of the served net
};

/** One step of the schedule. */
export type StepNumbers = {
  step: number; // from 1
  rate: number;
  shrink: number; // what parameters keep of themselves, beside Adam
  keep: number; // what averaged parameters keep of themselves
};

export type StepReport = { loss: number; accuracy: number };

/** Computes training steps: on the backend of tfjs in use, or by kernels of our own. */
export interface StepRunner {
  /** Steps that may run before their reports are read. */
  readEvery: number;
  run(batch: Batch, numbers: StepNumbers): void;
  /** A report of each step since the last call, each of the step's own batch before the step. */
  read(): Promise<StepReport[]>;
  state(): Promise<TrainingState>;
  /** The averaged parameters, their batch-norm statistics measured where the batch's own were used. */
  finish(nextBatch: () => Batch): Promise<Weights>;
  dispose(): void;
}

export type StartSteps = (start: StepStart) => Promise<StepRunner>;
