import { type Distribution, decidedDigit } from '../../shared/distribution.ts';
import type { OwnPrediction } from './live-drawing.ts';

/**
 * The previous version's reading, if `now` is a later version's prediction of the same ink and a page shows another digit
 * for it, or decides where it showed "not sure". `before` is the prediction shown until now, of either version.
 */
export function flippedFrom(
  before: Pick<OwnPrediction, 'edits' | 'model' | 'distribution' | 'was'> | undefined,
  now: Pick<OwnPrediction, 'edits' | 'model' | 'distribution'>,
): Distribution | undefined {
  if (before?.edits !== now.edits) return undefined;
  const earlier = before.model === now.model ? before.was : before.distribution;
  if (earlier === undefined || decidedDigit(earlier) === decidedDigit(now.distribution)) return undefined;
  return earlier;
}
