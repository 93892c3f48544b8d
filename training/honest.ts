import type { Norms } from './norms.ts';

/**
 * What fine-tuning changes: four fifths of the largest of 20 fine-tunings of the shipped model (`npm run -s bench --
 * hostile` prints them; LOG.md). A few honest updates are shortened a little, a backdoor loses half.
 */
export const honestDefaults: Norms = {
  total: 0.0315,
  tensors: {
    filter1: 0.0124,
    bias1: 0.0057,
    filter2: 0.0211,
    bias2: 0.0091,
    filter3: 0.0251,
    bias3: 0.0143,
    filter4: 0.0291,
    bias4: 0.0206,
    filter5: 0.0332,
    bias5: 0.0121,
    filter6: 0.0354,
    bias6: 0.008,
    dense: 0.0286,
    denseBias: 0.0402,
  },
};

const remembered = 20; // promoted updates; while there are fewer, the defaults stand for those that are missing
// Times the defaults. Clipped updates never raise the largest one, so only the server's own training does.
const [least, most] = [0.5, 1.5];

/** What to hold updates to, by the norms of those that were promoted, oldest first. */
export function honestNorms(history: readonly Norms[] = []): Norms {
  const latest = history.slice(-remembered);
  const known = latest.length < remembered ? [honestDefaults, ...latest] : latest;
  const bounded = (normOf: (norms: Norms) => number) => {
    const usual = normOf(honestDefaults);
    return Math.min(most * usual, Math.max(least * usual, ...known.map(normOf)));
  };
  return {
    total: bounded(({ total }) => total),
    tensors: Object.fromEntries(
      Object.keys(honestDefaults.tensors).map(name => [name, bounded(({ tensors }) => tensors[name] ?? 0)]),
    ),
  };
}
