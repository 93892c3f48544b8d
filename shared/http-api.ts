import type { ModelCard, Training } from './protocol.ts';

/** What the HTTP interface answers: made by us, typed and not parsed. Everything that can be refused answers with an Ack. */

/** `GET /api/samples`: a drawing that was finished or labelled. */
export interface Sample {
  id: number;
  drawing: string | null;
  /** ISO 8601, as everywhere. */
  at: string;
  room: string | null;
  /** Whether the asking session drew it. */
  mine: boolean;
  /** Flat strokes in pad units; null for rows that only have a picture. */
  strokes: number[][] | null;
  /** Address of the picture, for rows without strokes. */
  image: string | null;
  guess: number | null;
  probabilities: number[] | null;
  model: string | null;
  label: number | null;
}
export interface SamplePage {
  samples: Sample[];
  /** Value of `before` for the next page; null at the end. */
  next: number | null;
}

/** `POST /api/samples/:id/predict` */
export interface Prediction {
  model: string;
  probabilities: number[];
}

/** `GET /api/training` */
export interface TrainingState {
  /** The job queued or running, or the last one that ended. */
  training: Training | null;
  /** Browsers that teach right now. */
  browsers: Training[];
  /** Labels no version has learned from. */
  untrained: number;
  /** Labelled drawings of each digit, and those of them that were guessed wrong. */
  labelled: number[];
  wrong: number[];
  /** Whether the asker may start a job, and may do what is an admin's. */
  mayTrain: boolean;
  admin: boolean;
}

/** Figures of one model on one set. Shares are 0…1. */
export interface SetFigures {
  count: number;
  accuracy: number;
  perDigit: number[];
  ece: number;
  /** `[label][read as]`, counts. */
  confusion: number[][];
}
export type SetName = 'mnist' | 'strangers' | 'corrections' | 'lessons' | 'marked';
export type Figures = Record<SetName, SetFigures>;

/** What the gate said of a candidate. */
export interface VerdictView {
  kind: 'promoted' | 'refused';
  reason?: string;
  message: string;
  evidence: { strangers: number; level: 'none' | 'few' | 'enough' };
  before: Figures;
  /** Absent when the labels were refused before any training. */
  after?: Figures;
}

/** One version, in `GET /api/models`, newest first. */
export interface ModelEntry {
  version: string;
  parent: string | null;
  source: 'base' | 'server' | 'browser' | 'import';
  status: 'candidate' | 'refused' | 'promoted';
  at: string;
  card: ModelCard;
  verdict: VerdictView | null;
}

/** One time the champion changed, newest first. */
export interface Promotion {
  version: string;
  previous: string | null;
  move: 'shipped' | 'promoted' | 'rolled_back';
  at: string;
  by: string;
  reason: string;
}

export interface ModelList {
  champion: string;
  previous: string | null;
  models: ModelEntry[];
  history: Promotion[];
}

/** `POST /api/why {strokes}`: what of a drawing made the champion say what it says. */
export interface Explanation {
  model: string;
  digit: number;
  /** Of the digit, the whole drawing seen. */
  probability: number;
  /** Of each pixel of the raster, −1…1: how far its ink speaks for the digit, or against it. */
  effects: number[];
}

/** `POST /api/import` */
export interface Imported {
  added: number;
  /** Here already. */
  known: number;
  /** Lines that were no samples, the first few by number and why. */
  refused: number;
  complaints: string[];
}

/**
 * A browser's way: `POST /api/training {where:'browser', device}` joins the round on the current champion; it fetches
 * `GET /api/models/:version/weights` and `GET /api/training/pack` (shared/training-pack.ts), tells where it is by
 * `POST /api/training/:job/progress {step, steps, loss, accuracy, device?}`, and uploads by `POST /api/models` (bytes as in
 * shared/weights.ts; headers `x-base-version`, `x-job`), which answers when the round has its verdict. It leaves by
 * `DELETE /api/training/:job`.
 */
export interface JoinedRound {
  job: string;
  /** The version to start from. */
  base: string;
}

/** What became of an upload, when its round was promoted; otherwise it is refused with `refused`, `outdated`, `invalid`, … */
export interface Contribution {
  version: string;
  /** Browsers whose updates were averaged. */
  participants: number;
  message: string;
}
