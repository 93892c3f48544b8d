import type { Weights } from '../../shared/weights.ts';
import { addTo, clip, type Norms, normsOf, scaledBy, type Update, updateOf } from '../model/weight-update.ts';

export const roundDefaults = {
  trimmedFrom: 5, // participants: of fewer, one left out at either end would be most of what there is
  trimmed: 0.2, // share left out at either end of each coordinate
  // How far browsers may take a champion from the shipped model, in honest updates: however many small steps are
  // promoted, they stay in a ball in which clipping still means something.
  leash: 4,
} as const;

export type UploadsToAverage = { base: Weights; anchor: Weights; honest: Norms };

/**
 * One candidate of checked uploads that all began at `base`: each clipped to what honest training changes, averaged
 * (from five on without the extremes of each coordinate), and held to the leash on `anchor`, the shipped model.
 */
export function averageUploads(
  uploads: readonly Weights[],
  { base, anchor, honest }: UploadsToAverage,
): Weights {
  const updates = uploads.map(upload => clip(updateOf(base, upload), { base, honest }));
  const candidate = addTo(base, averageOf(updates));
  // A champion that the server itself taught may be further away: then no further than that.
  const radius = Math.max(roundDefaults.leash * honest.total, distance(base, anchor));
  const strayed = distance(candidate, anchor);
  if (strayed <= radius) return candidate;
  const pulled = addTo(anchor, scaledBy(updateOf(anchor, candidate), radius / strayed));
  return addTo(base, updateOf(base, pulled)); // with the base's statistics
}

/** From the anchor, as a share of its length. */
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
