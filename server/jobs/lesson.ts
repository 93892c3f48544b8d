import type { TrainingSample } from '../../db/training-samples.ts';
import type { SampleMessage } from './training-worker-messages.ts';

/** A row of the database as the teaching process takes it. */
export function toSampleMessage({ raster, strokes, digit, author, guess }: TrainingSample): SampleMessage {
  return { raster, strokes, digit, author, correction: guess !== null && guess !== digit };
}
