import type { Norms } from '../model/weight-update.ts';
import type { GateKind } from './gate-kind.ts';

/**
 * Norms of benign updates: half of the largest of 20 fine-tunings of base-3cf105e7 (`npm run -s bench -- hostile` prints
 * them; LOG.md). Those of the base after it are up to 1.7 times as long; the tighter limits hold attacks better. Clipping
 * shortens benign updates of many samples; a strong backdoor loses three quarters.
 */
export const benignDefaults: Norms = {
  total: 0.04,
  tensors: {
    filter1: 0.0217,
    bias1: 0.0065,
    filter2: 0.0306,
    bias2: 0.0109,
    filter3: 0.0334,
    bias3: 0.014,
    filter4: 0.0377,
    bias4: 0.0125,
    filter5: 0.0428,
    bias5: 0.0073,
    filter6: 0.0442,
    bias6: 0.0099,
    dense: 0.0357,
    denseBias: 0.0638,
  },
};

/** Times the norms, in a room: updates for signs of its own are five times as long, and its people may roll them back. */
const roomFactor = 8;

export function normsAllowed(norms: Norms, gate: GateKind): Norms {
  const factor = gate === 'room' ? roomFactor : 1;
  return {
    total: factor * norms.total,
    tensors: Object.fromEntries(Object.entries(norms.tensors).map(([name, norm]) => [name, factor * norm])),
  };
}

const historyLength = 20; // promoted updates; with fewer, the defaults count too
// Times the defaults. Clipped updates never raise the maximum, so only training on the server does.
const [minFactor, maxFactor] = [0.5, 1.5];

/** The norms that `clip` limits updates to: the maximum of the last promoted updates. `history`: oldest first. */
export function benignNorms(history: readonly Norms[] = []): Norms {
  const latest = history.slice(-historyLength);
  const counted = latest.length < historyLength ? [benignDefaults, ...latest] : latest;
  const bounded = (normOf: (norms: Norms) => number) => {
    const usual = normOf(benignDefaults);
    return Math.min(maxFactor * usual, Math.max(minFactor * usual, ...counted.map(normOf)));
  };
  return {
    total: bounded(({ total }) => total),
    tensors: Object.fromEntries(
      Object.keys(benignDefaults.tensors).map(name => [name, bounded(({ tensors }) => tensors[name] ?? 0)]),
    ),
  };
}
