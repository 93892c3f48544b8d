import type { GateKind } from '../../training/gate/gate-kind.ts';
import type { Outcome, SampleMessage } from './training-worker-messages.ts';

interface Version {
  version: string;
  /** Encoded as in `shared/weights.ts`. */
  weights: Uint8Array;
}

/** A round to evaluate. Versions are named so that cached results stay valid. */
export interface EvaluationAssignment {
  champion: Version;
  base: Version;
  /** Encoded weights, one a participant, that passed the cheap checks. */
  uploads: Uint8Array[];
  samples: SampleMessage[];
  heldOut: SampleMessage[];
  corrections: SampleMessage[];
  /** Default: house. */
  gate?: GateKind;
  /** The price on MNIST that the room's host allows, 0…1; absent for the usual one. */
  price?: number;
  /** A file of the operator's own pen drawings for the house's gate. */
  pensFile?: string | undefined;
}

export type FromEvaluation =
  /** The process works. */
  { type: 'alive' } | { type: 'done'; outcome: Outcome } | { type: 'failed'; error: Error };
