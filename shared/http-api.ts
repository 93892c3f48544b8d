import type { DigitChange, ModelCard, Training, VerdictFacts } from './training-protocol.ts';

/**
 * Responses of the HTTP interface: built by the server, typed and not parsed. Every refusable request answers with an
 * Ack.
 */

/** `GET /api/samples`: a finished or labelled drawing. */
export interface Sample {
  id: number;
  drawing: string | null;
  /** ISO 8601, as in every field named `at`. */
  at: string;
  room: string | null;
  /** Whether the session of the request drew it. */
  mine: boolean;
  /** Flat strokes in pad units; null for rows that only have a picture. */
  strokes: number[][] | null;
  /** URL of the picture, for rows without strokes. */
  image: string | null;
  guess: number | null;
  probabilities: number[] | null;
  model: string | null;
  /** The prediction of the version that predicts now, for the same ink; null if no version but `model` has read it. */
  reread: Reading | null;
  label: number | null;
  /** Only in a host's list of labels that are set aside. */
  setAside?: SetAsideLabel;
}

/** A label that two witnesses surely contradict: it teaches nothing until a host accepts it. */
export interface SetAsideLabel {
  /** The same for all labels of one person; it reveals nothing else. */
  person: string;
  champion: { digit: number; probability: number };
  /** The net that MNIST alone taught. */
  plain: { digit: number; probability: number };
}
/** A version's reading of a drawing. */
export interface Reading {
  model: string;
  digit: number;
  probabilities: number[];
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
  /** The queued or running job, or else the last one that ended. */
  training: Training | null;
  /** Progress of browsers that train now. */
  browsers: Training[];
  /** Labels that no version has learned. */
  untrained: number;
  /** Labels that two witnesses surely contradict, and how many of them one person gave at most. */
  setAside: { labels: number; mostOfOne: number };
  /** Labels per digit, and how many of them contradict the prediction. */
  labelled: number[];
  wrong: number[];
  /** Whether the requester may start a job, and whether they are an admin. */
  mayTrain: boolean;
  admin: boolean;
  /** Whether the requester of the status may cancel `training`: its own requester, and admins. */
  mayCancel: boolean;
}

/** Metrics of one model on one set. Shares are 0…1. */
export interface SetFigures {
  count: number;
  accuracy: number;
  perDigit: number[];
  ece: number;
  /** `[label][predicted]`, counts. */
  confusion: number[][];
}
export type SetName = 'mnist' | 'strangers' | 'corrections' | 'lessons' | 'marked';
export type Figures = Record<SetName, SetFigures>;

/** The gate's verdict on a candidate. */
export interface VerdictView {
  kind: 'promoted' | 'refused';
  reason?: string;
  facts?: VerdictFacts;
  message: string;
  evidence: { strangers: number; level: 'none' | 'few' | 'enough' };
  before: Figures;
  /** Absent if the labels were refused before training. */
  after?: Figures;
}

/** One version, in `GET /api/models`, newest first. */
export interface ModelEntry {
  version: string;
  parent: string | null;
  source: 'base' | 'server' | 'browser' | 'import';
  status: 'candidate' | 'refused' | 'promoted';
  at: string;
  /** `erasedSamples`: how many of the samples it learned were erased since; absent for none. */
  card: ModelCard;
  /** Whether its weights are still stored; without them it cannot predict. */
  loadable: boolean;
  verdict: VerdictView | null;
}

/** One change of the champion, newest first. */
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
  /** Whether the room has a champion of its own; otherwise it follows the house. */
  own: boolean;
  models: ModelEntry[];
  history: Promotion[];
}

/** `POST /api/readings {strokes}`: what the champion reads, and the net that was trained on MNIST alone. */
export interface Readings extends Prediction {
  /** Null where the server gives no second opinion. */
  plain: number[] | null;
}

/** `POST /api/why {strokes}`: which pixels of a drawing caused the champion's prediction. */
export interface Explanation {
  model: string;
  digit: number;
  /** Probability of the digit for the whole drawing. */
  probability: number;
  /** For each pixel of the raster, −1…1: how much its ink supports or opposes the digit. */
  effects: number[];
}

/** `GET /api/privacy` */
export interface PrivacyTerms {
  /** Days after which a drawing without a label is erased; 0 is never. */
  retainDays: number;
  /** The same for a drawing with a label. */
  retainLabelledDays: number;
  /** Whom to ask: a name, a mail or web address. */
  contact: string | null;
}

/** `GET /api/me`: the drawings of the requesting session, in all rooms. */
export interface OwnDrawings {
  drawings: number;
  labelled: number;
}

/** `POST /api/import` */
export interface Imported {
  added: number;
  /** Drawings that existed before. */
  known: number;
  /** Rejected lines: the first few line numbers with reasons. */
  refused: number;
  complaints: string[];
}

/**
 * A browser's way: `POST /api/training {where:'browser', device}` joins the round on the current champion; it fetches
 * `GET /api/models/:version/weights` and `GET /api/training/pack` (shared/training-pack.ts), reports its progress by
 * `POST /api/training/:job/progress {step, steps, loss, accuracy, device?}`, and uploads by `POST /api/models` (bytes as in
 * shared/weights.ts; headers `x-base-version`, `x-job`), which answers when the round has its verdict. It leaves by
 * `DELETE /api/training/:job`.
 */
export interface JoinedRound {
  job: string;
  /** The version to train from. */
  base: string;
}

/**
 * The result of an upload whose round was promoted; otherwise the request is refused with `refused`, `outdated`,
 * `invalid`, …
 */
export interface Contribution {
  version: string;
  /** Number of browsers whose updates were averaged. */
  participants: number;
  message: string;
  digits?: DigitChange[];
  facts?: VerdictFacts | undefined;
}
