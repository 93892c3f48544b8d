import type { Norms } from './norms.ts';

/**
 * What fine-tuning changes at most: the largest of 20 fine-tunings of the shipped model (`npm run -s bench -- hostile`
 * prints them; LOG.md), and a tenth more.
 */
export const honestDefaults: Norms = {
  total: 0.0485,
  tensors: {
    filter1: 0.017,
    bias1: 0.0097,
    filter2: 0.034,
    bias2: 0.015,
    filter3: 0.045,
    bias3: 0.0156,
    filter4: 0.051,
    bias4: 0.0174,
    dense: 0.0535,
    denseBias: 0.049,
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
