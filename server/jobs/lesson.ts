import type { Lesson } from '../../db/training-samples.ts';
import type { LessonMessage } from './training-worker-messages.ts';

/** A row of the database as the teaching process takes it. */
export function toMessage({ raster, strokes, digit, author, guess }: Lesson): LessonMessage {
  return { raster, strokes, digit, author, correction: guess !== null && guess !== digit };
}
