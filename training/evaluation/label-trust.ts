import { rasterSide } from '../../shared/rasterise.ts';
import type { LabelledSample } from '../dataset/labelled-samples.ts';
import { type Reading, topOf } from './metrics.ts';

export const trustDefaults = {
  confident: 0.9, // the champion reaches this on nine of ten drawings, but on only one true correction in five
  near: 0.8, // correlation from which two blurred drawings count as one style
  neighbours: 7, // nearest drawings that vote …
  perAuthor: 2, // … at most this many of each other author: hundreds of labels are still one opinion
  ownVote: 0.5, // vote of the author's own neighbouring drawings; another author's is 1
  unsupported: 0.3, // trust in a label that a confident champion contradicts and that has no neighbours
  outvoted: 0.1, // trust in a label that an unconfident champion and most neighbours contradict
  stylePairs: 2, // kinds of confident mistakes (7 for 1, 3 for 9) that a style of writing explains
  doubtedShare: 0.4, // share of confident mistakes of further kinds from which an author's labels are doubted
  minLabels: 8, // fewer labels give no meaningful share
  // In a room a drawing votes by e to `roomKernel` times its correlation; from `roomOdds` of another label against this
  // one on, the trust is `roomOutvoted`: finds most wrong labels and doubts few right ones (LOG.md).
  roomKernel: 8,
  roomOdds: 3,
  roomOutvoted: 0.1,
  confirmation: 0.04, // minimum importance of a correctly read drawing: these are twenty times as many …
  correction: 0.25, // … and of a correction
};

export type LabelTrust = {
  weights: Float32Array; // of each sample: trust × importance; 0 excludes it from training
  doubted: number; // samples of authors whose labels are doubted as a whole
  contradicted: number; // labels for which the champion confidently predicts another digit
};

/**
 * Estimates the trust in each label from two sources: the champion (`readings` of the samples, in their order) and the
 * labels of similar drawings, mainly those of other authors. A style that is new to the champion causes few kinds of
 * mistakes, which neighbours confirm; wrong labels contradict a confident champion in every direction.
 */
export function estimateTrust(samples: readonly LabelledSample[], readings: readonly Reading[]): LabelTrust {
  const views = readings.map(({ label, probabilities }) => {
    const top = topOf(probabilities);
    const contradicted = top !== label;
    return {
      label,
      top,
      contradicted,
      confident: contradicted && probabilities[top] >= trustDefaults.confident,
    };
  });
  const agreements = agreementsOn(samples);
  const unexplained = (members: readonly View[]) => countUnexplained(members) / members.length;

  const doubtedAuthors = new Set<string>();
  for (const [author, members] of groupedByAuthor(samples)) {
    if (members.length < trustDefaults.minLabels) continue;
    // Contradictions that similar drawings of other authors confirm do not count against this author.
    const unconfirmed = members.map(i =>
      agreements[i].others >= 0.5 ? { ...views[i], confident: false } : views[i],
    );
    if (unexplained(unconfirmed) >= trustDefaults.doubtedShare) doubtedAuthors.add(author);
  }
  // The rest is checked without these authors, so that one of them cannot make all labels doubted.
  const rest = views.filter((_, i) => !doubtedAuthors.has(samples[i].author));
  const restDoubted =
    rest.length >= trustDefaults.minLabels && unexplained(rest) >= trustDefaults.doubtedShare;
  const isDoubted = samples.map(({ author }) => restDoubted || doubtedAuthors.has(author));

  const weights = Float32Array.from(samples, (sample, i) =>
    isDoubted[i] ? 0 : trustIn(views[i], agreements[i].all) * importanceOf(sample, readings[i]),
  );
  return {
    weights,
    doubted: isDoubted.filter(Boolean).length,
    contradicted: views.filter(({ confident }) => confident).length,
  };
}

/**
 * Estimates the trust in the labels of a room, whose signs may be its own: what the champion reads proves nothing there.
 * A label counts unless the drawing is far more like those of one other label than like those of its own: by the density
 * of each label's drawings around it (Parzen 1962).
 */
export function estimateRoomTrust(
  samples: readonly LabelledSample[],
  readings: readonly Reading[],
): LabelTrust {
  const blurred = samples.map(({ raster }) => blurredOf(raster));
  const weights = Float32Array.from(samples, (sample, i) => {
    const labels = Array.from({ length: 10 }, () => ({ votes: 0, of: 0 }));
    for (const [j, { digit }] of samples.entries()) {
      if (j === i) continue;
      labels[digit].votes += Math.exp(trustDefaults.roomKernel * correlation(blurred[i], blurred[j]));
      labels[digit].of++;
    }
    // One drawing of a label is one opinion, and may be the wrong one.
    const densities = labels.map(({ votes, of }) => (of > 1 ? votes / of : 0));
    const own = densities[sample.digit];
    const isOutvoted = own > 0 && Math.max(...densities) > trustDefaults.roomOdds * own;
    return (isOutvoted ? trustDefaults.roomOutvoted : 1) * importanceOf(sample, readings[i]);
  });
  return { weights, doubted: 0, contradicted: 0 };
}

/** Distance of the champion's reading from the label, with a floor: confirmations are learned too. */
function importanceOf({ correction }: LabelledSample, { label, probabilities }: Reading): number {
  const missing = 1 - (probabilities[label] ?? 0);
  return Math.max(missing, correction ? trustDefaults.correction : trustDefaults.confirmation);
}

/** The champion's view of one label. */
type View = { label: number; top: number; contradicted: boolean; confident: boolean };

/** `agreement` is the share of neighbouring votes for the label, −1 without neighbours. */
function trustIn({ contradicted, confident }: View, agreement: number): number {
  if (!contradicted || agreement >= 0.5) return 1;
  if (agreement < 0) return confident ? trustDefaults.unsupported : 1;
  return confident ? 0 : trustDefaults.outvoted;
}

/** Confident contradictions, without the most frequent kinds, which a style explains. */
function countUnexplained(views: readonly View[]): number {
  const kinds = new Map<number, number>();
  for (const { label, top, confident } of views) {
    if (confident) kinds.set(top * 10 + label, (kinds.get(top * 10 + label) ?? 0) + 1);
  }
  const counts = [...kinds.values()].sort((a, b) => b - a);
  return counts.slice(trustDefaults.stylePairs).reduce((sum, count) => sum + count, 0);
}

/** For each sample, the share of neighbouring votes for its label: of `all` authors, and of `others`; −1 for none. */
function agreementsOn(samples: readonly LabelledSample[]): { all: number; others: number }[] {
  const blurred = samples.map(({ raster }) => blurredOf(raster));
  return samples.map(({ author, digit }, i) => {
    const near: { j: number; likeness: number }[] = [];
    for (let j = 0; j < samples.length; j++) {
      if (j === i) continue;
      const likeness = correlation(blurred[i], blurred[j]);
      if (likeness >= trustDefaults.near) near.push({ j, likeness });
    }
    near.sort((a, b) => b.likeness - a.likeness);
    const votesOf = new Map<string, number>();
    const [all, others] = [
      { for: 0, of: 0 },
      { for: 0, of: 0 },
    ];
    let votes = 0;
    for (const { j } of near) {
      if (votes === trustDefaults.neighbours) break;
      const other = samples[j];
      const before = votesOf.get(other.author) ?? 0;
      const own = other.author === author;
      if (!own && before >= trustDefaults.perAuthor) continue;
      votesOf.set(other.author, before + 1);
      votes++;
      count(all, { agrees: other.digit === digit, weight: own ? trustDefaults.ownVote : 1 });
      if (!own) count(others, { agrees: other.digit === digit, weight: 1 });
    }
    return { all: share(all), others: share(others) };
  });
}

type Votes = { for: number; of: number };

function count(votes: Votes, { agrees, weight }: { agrees: boolean; weight: number }): void {
  votes.of += weight;
  if (agrees) votes.for += weight;
}

const share = (votes: Votes) => (votes.of > 0 ? votes.for / votes.of : -1);

const blurSide = 13; // windows of 4 × 4 px every 2 px: a shift of one pixel changes little

/** The blurred raster, with mean 0 and length 1. */
function blurredOf(raster: Uint8Array): Float32Array {
  const values = new Float32Array(blurSide * blurSide);
  for (let row = 0; row < rasterSide; row++) {
    for (let column = 0; column < rasterSide; column++) {
      const ink = raster[row * rasterSide + column];
      if (ink === 0) continue;
      for (const v of [row >> 1, (row >> 1) - 1])
        for (const u of [column >> 1, (column >> 1) - 1])
          if (v >= 0 && u >= 0 && v < blurSide && u < blurSide) values[v * blurSide + u] += ink;
    }
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const length = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return values.map(value => (length > 0 ? (value - mean) / length : 0));
}

function correlation(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function groupedByAuthor(samples: readonly LabelledSample[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  samples.forEach(({ author }, i) => {
    groups.set(author, [...(groups.get(author) ?? []), i]);
  });
  return groups;
}
