import type { LabelsToJudge, Outcome } from './training-worker-messages.ts';

interface Version {
  version: string;
  /** Encoded as in `shared/weights.ts`. */
  weights: Uint8Array;
}

/** A round to evaluate. Versions are named so that cached results stay valid. */
export interface EvaluationAssignment extends LabelsToJudge {
  champion: Version;
  base: Version;
  /** Encoded weights, one a participant, that passed the cheap checks. */
  uploads: Uint8Array[];
}

export type FromEvaluation =
  /** The process works. */
  { type: 'alive' } | { type: 'done'; outcome: Outcome } | { type: 'failed'; error: Error };
