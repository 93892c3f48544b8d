import type { TrainingSample } from '../../db/training-samples.ts';
import type { TrainingPhase } from '../../shared/training-protocol.ts';
import type { Summary } from '../../training/evaluation/report.ts';
import type { SetAsideLabels } from '../../training/gate/comparison.ts';
import type { Verdict } from '../../training/gate/gate.ts';
import type { GateKind } from '../../training/gate/gate-kind.ts';

/** A labelled drawing as the training process takes it. */
export interface SampleMessage {
  raster: Uint8Array;
  strokes: number[][];
  digit: number;
  author: string;
  correction: boolean;
  /** A host or an admin believes the label, whatever witnesses read. */
  accepted?: boolean;
}

/** A row of the database as the training process takes it. */
export function toSampleMessage({
  raster,
  strokes,
  digit,
  author,
  guess,
  accepted,
}: TrainingSample): SampleMessage {
  const correction = guess !== null && guess !== digit;
  return { raster, strokes, digit, author, correction, ...(accepted && { accepted }) };
}

interface GateChoice {
  gate: GateKind;
  /** A file of the operator's own pen drawings for the house's gate. */
  pensFile?: string | undefined;
}

/** What a gate decides by, of a job as of a round. */
export interface LabelsToJudge extends GateChoice {
  samples: SampleMessage[];
  heldOut: SampleMessage[];
  corrections: SampleMessage[];
  /** The price on MNIST that the room's host allows, 0…1; absent for the usual one. */
  price?: number;
}

/** What is known before a job. Read ahead, it need not be read when the job comes. */
export interface Preparation extends GateChoice {
  champion: Uint8Array;
  /** The shipped model, when the champion is another one. */
  base: Uint8Array | null;
}

/** One job: everything the training process needs that it cannot read itself. */
export interface TrainingAssignment extends Preparation, LabelsToJudge {
  type: 'learn';
  seed: number;
  /** The share of the usual steps to take, above 0 and up to 1. */
  stepsShare: number;
}

export type ToTraining = ({ type: 'prepare' } & Preparation) | TrainingAssignment;

export interface Progress {
  phase: Extract<TrainingPhase, 'measuring' | 'training' | 'judging'>;
  step: number;
  steps: number;
  loss: number | null;
  accuracy: number | null;
}

export interface Outcome {
  verdict: Verdict;
  before: Summary;
  /** Labels that both witnesses surely contradict, with the index of each sample. */
  setAside?: SetAsideLabels;
  /** Absent when the labels were refused before any training. */
  candidate?: { weights: Uint8Array; after: Summary };
}

export type FromTraining =
  | { type: 'progress'; progress: Progress }
  /** The process works. */
  | { type: 'alive' }
  | { type: 'done'; outcome: Outcome }
  /** `message` is for people who draw, `error` for the log. */
  | { type: 'failed'; message: string; error: Error };
