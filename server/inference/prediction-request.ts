import type { Distribution } from '../../shared/distribution.ts';
import type { Prediction } from '../../shared/http-api.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';

/** A raster somebody wants read outside of any live drawing. */
export interface Question {
  /** 784 bytes. */
  question: Uint8Array;
  answer(prediction: Prediction): void;
}

/** What the batcher predicts. */
export type Predicted = LiveDrawing | Question;

export function ask(question: Uint8Array, mark: (asked: Question) => void): Promise<Prediction> {
  return new Promise(resolve => mark({ question, answer: resolve }));
}

export function toPrediction(model: string, distribution: Distribution): Prediction {
  return { model, probabilities: [...distribution] };
}
