import type { Weights } from '../../shared/weights.ts';
import { addTo, clip, type Norms, normsOf, scaledBy, type Update, updateOf } from '../model/weight-update.ts';

export const roundDefaults = {
  trimmedFrom: 5, // uploads: with fewer, one trimmed at either end would be most of them
  trimmed: 0.2, // share trimmed at either end of each coordinate
  // Limit of the champion's distance to the shipped model over all promotions by browsers, in benign norms. Without it,
  // many clipped steps would add up.
  maxDrift: 4,
} as const;

export type AveragingContext = { base: Weights; anchor: Weights; benign: Norms };

/**
 * Makes one candidate of checked uploads that all start from `base`: clips each to the benign norms, averages them
 * (trimmed mean of each coordinate from five uploads on), and caps the distance to `anchor`, the shipped model.
 */
export function averageUploads(
  uploads: readonly Weights[],
  { base, anchor, benign }: AveragingContext,
): Weights {
  const updates = uploads.map(upload => clip(updateOf(base, upload), { base, benign }));
  const candidate = addTo(base, averageOf(updates));
  // Training on the server may exceed the limit; then the champion's own distance is the limit.
  const radius = Math.max(roundDefaults.maxDrift * benign.total, distance(base, anchor));
  const drift = distance(candidate, anchor);
  if (drift <= radius) return candidate;
  const pulled = addTo(anchor, scaledBy(updateOf(anchor, candidate), radius / drift));
  return addTo(base, updateOf(base, pulled)); // restores the base's batch-norm statistics
}

/** L2 distance to the anchor, relative to the anchor's norm. */
export const distance = (weights: Weights, anchor: Weights) =>
  normsOf(updateOf(anchor, weights), anchor).total;

function averageOf(updates: readonly Update[]): Update {
  const [first] = updates;
  if (first === undefined) throw new Error('A round without uploads has no candidate');
  const { length } = updates;
  const trimmed = length < roundDefaults.trimmedFrom ? 0 : Math.floor(roundDefaults.trimmed * length);
  const column = new Float32Array(length);
  return Object.fromEntries(
    Object.entries(first).map(([name, { shape, data }]) => {
      const average = data.map((_, i) => {
        updates.forEach((update, k) => {
          column[k] = update[name]?.data[i] ?? 0;
        });
        const kept = trimmed > 0 ? column.sort().subarray(trimmed, length - trimmed) : column;
        return kept.reduce((sum, value) => sum + value, 0) / kept.length;
      });
      return [name, { shape, data: average }];
    }),
  );
}
