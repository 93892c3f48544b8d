import type { Distribution } from '../../shared/distribution.ts';
import type { Prediction } from '../../shared/http-api.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';

/** A raster somebody wants read outside of any live drawing. */
export interface PredictionRequest {
  /** 784 bytes. */
  raster: Uint8Array;
  resolve(prediction: Prediction): void;
}

/** What the batcher predicts. */
export type Predicted = LiveDrawing | PredictionRequest;

export function predictOnce(
  question: Uint8Array,
  mark: (asked: PredictionRequest) => void,
): Promise<Prediction> {
  return new Promise(resolve => mark({ raster: question, resolve: resolve }));
}

export function toPrediction(model: string, distribution: Distribution): Prediction {
  return { model, probabilities: [...distribution] };
}
