/** Messages about versions and jobs; `protocol.ts` has the others. */

export interface ModelCard {
  version: string;
  [figure: string]: unknown;
}
export interface Model {
  version: string;
  card: ModelCard;
}

/** Of a verdict, for pages that have a sentence of their own for it. */
export interface VerdictFacts {
  /** Samples that the champion reads wrong, and how many of them the candidate reads right. */
  misread?: number | undefined;
  learned?: number | undefined;
  /** The digit that the refusal is about. */
  digit?: number | undefined;
  /** Labels that were set aside. */
  setAside?: number | undefined;
}

export interface RefusedModel {
  refused: string;
  /** From the gate's fixed list; `message` is its sentence. */
  reason: string;
  facts?: VerdictFacts | undefined;
  message: string;
  card: ModelCard;
}

/** The last four are final; no event of the job follows. */
export type TrainingPhase =
  | 'queued'
  | 'measuring'
  | 'training'
  | 'judging'
  | 'promoted'
  | 'refused'
  | 'failed'
  | 'cancelled';

/** How many of the job's samples of one digit were read right, before and after. */
export interface DigitChange {
  digit: number;
  count: number;
  before: number;
  after: number;
}

/** Progress of a training job. */
export interface Training {
  job: string;
  where: 'server' | 'browser';
  /** The computing device of a browser, as the browser names it. */
  device?: string;
  phase: TrainingPhase;
  step: number;
  /** 0 until known. */
  steps: number;
  /** Loss of the step's batch; null before the first step. */
  loss: number | null;
  accuracy: number | null;
  /** The samples that it learns and their authors; absent until they are claimed. */
  taught?: { drawings: number; people: number };
  /** At the end: what became of each digit among its samples; absent if nothing was compared. */
  digits?: DigitChange[];
  /** The result in one sentence. */
  message?: string;
  /** Of a verdict: the gate's reason if it refused, and the facts. */
  reason?: string | undefined;
  facts?: VerdictFacts | undefined;
}
