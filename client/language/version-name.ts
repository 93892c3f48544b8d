import type { ModelCard } from '../../shared/training-protocol.ts';
import { formatTime, texts } from './language.ts';

/** A version as people call it: by its lesson's number in the room and its time. */
export function versionName({ parent, date, lesson }: ModelCard): string {
  const text = texts.value.lesson;
  // Only what was taught has a parent; what an admin brings along need not have a date.
  if (typeof parent !== 'string' || typeof date !== 'string') return text.first;
  const time = formatTime(date);
  return typeof lesson === 'number' ? text.numbered(lesson, time) : text.unnumbered(time);
}
