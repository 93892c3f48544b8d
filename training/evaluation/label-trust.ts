import { rasterSide } from '../../shared/rasterise.ts';
import type { LabelledSample } from '../dataset/labelled-samples.ts';
import { type Reading, topOf } from './metrics.ts';

export const trustDefaults = {
  sure: 0.9, // the champion reads nine of ten drawings this surely, but only one honest correction in five
  near: 0.8, // correlation from which two blurred drawings are of one style
  neighbours: 7, // nearest drawings that are asked …
  perAuthor: 2, // … at most so many of one other author: hundreds of labels are still one voice
  ownVoice: 0.5, // of one's own neighbouring drawings, against another person's 1
  alone: 0.3, // trust in a label that a sure champion contradicts and nobody else has an opinion on
  outvoted: 0.1, // … that an unsure champion and most neighbours contradict
  stylePairs: 2, // a hand's style explains sure mistakes of so many kinds (7 for 1, 3 for 9)
  doubtedShare: 0.4, // sure mistakes of further kinds, of all labels, that no style explains
  leastLabels: 8, // of an author, or of all others, before such a share says anything
  confirmation: 0.04, // importance of a drawing that is read well already: they are twenty times as many
  correction: 0.25, // … that was misread once
};

export type LabelTrust = {
  weights: Float32Array; // of each lesson: 0 is not learned, else trust × how much there is to learn
  doubted: number; // lessons of authors whose labels as a whole cannot be believed, or all of them
  contradicted: number; // labels that the champion surely reads otherwise
};

/**
 * How far to believe each label, by two witnesses: the champion (`readings` of the lessons, in their order) and the
 * labels of similar drawings, most of all other people's. A style that is new to the champion is made of like
 * mistakes that neighbours confirm; wrong labels contradict a sure champion in every direction.
 */
export function estimateTrust(lessons: readonly LabelledSample[], readings: readonly Reading[]): LabelTrust {
  const views = readings.map(({ label, probabilities }) => {
    const top = topOf(probabilities);
    const contradicted = top !== label;
    return { label, top, contradicted, sure: contradicted && probabilities[top] >= trustDefaults.sure };
  });
  const opinions = opinionsOn(lessons);
  const unexplained = (members: readonly View[]) => beyondStyle(members) / members.length;

  const doubtedAuthors = new Set<string>();
  for (const [author, members] of groupedByAuthor(lessons)) {
    if (members.length < trustDefaults.leastLabels) continue;
    // What other people's drawings confirm is no whim of this author.
    const alone = members.map(i => (opinions[i].others >= 0.5 ? { ...views[i], sure: false } : views[i]));
    if (unexplained(alone) >= trustDefaults.doubtedShare) doubtedAuthors.add(author);
  }
  // Without those, so that one mischief-maker cannot have everybody else doubted.
  const rest = views.filter((_, i) => !doubtedAuthors.has(lessons[i].author));
  const restDoubted =
    rest.length >= trustDefaults.leastLabels && unexplained(rest) >= trustDefaults.doubtedShare;
  const isDoubted = lessons.map(({ author }) => restDoubted || doubtedAuthors.has(author));

  const weights = Float32Array.from(lessons, ({ correction }, i) => {
    if (isDoubted[i]) return 0;
    const missing = 1 - (readings[i].probabilities[readings[i].label] ?? 0);
    const floor = correction ? trustDefaults.correction : trustDefaults.confirmation;
    return beliefIn(views[i], opinions[i].all) * Math.max(missing, floor);
  });
  return {
    weights,
    doubted: isDoubted.filter(Boolean).length,
    contradicted: views.filter(({ sure }) => sure).length,
  };
}

type View = { label: number; top: number; contradicted: boolean; sure: boolean };

/** `agreement` is the share of neighbours with the same label, −1 when there are none. */
function beliefIn({ contradicted, sure }: View, agreement: number): number {
  if (!contradicted || agreement >= 0.5) return 1;
  if (agreement < 0) return sure ? trustDefaults.alone : 1;
  return sure ? 0 : trustDefaults.outvoted;
}

/** Sure contradictions but those of the commonest kinds, which a style explains. */
function beyondStyle(views: readonly View[]): number {
  const kinds = new Map<number, number>();
  for (const { label, top, sure } of views) {
    if (sure) kinds.set(top * 10 + label, (kinds.get(top * 10 + label) ?? 0) + 1);
  }
  const counts = [...kinds.values()].sort((a, b) => b - a);
  return counts.slice(trustDefaults.stylePairs).reduce((sum, count) => sum + count, 0);
}

/** For each lesson the share of its neighbours' voices with its label, of `all` and of `others` alone; −1 for none. */
function opinionsOn(lessons: readonly LabelledSample[]): { all: number; others: number }[] {
  const looks = lessons.map(({ raster }) => lookOf(raster));
  return lessons.map(({ author, digit }, i) => {
    const near: { j: number; likeness: number }[] = [];
    for (let j = 0; j < lessons.length; j++) {
      if (j === i) continue;
      const likeness = correlation(looks[i], looks[j]);
      if (likeness >= trustDefaults.near) near.push({ j, likeness });
    }
    near.sort((a, b) => b.likeness - a.likeness);
    const asked = new Map<string, number>();
    const [all, others] = [
      { for: 0, of: 0 },
      { for: 0, of: 0 },
    ];
    let voices = 0;
    for (const { j } of near) {
      if (voices === trustDefaults.neighbours) break;
      const other = lessons[j];
      const before = asked.get(other.author) ?? 0;
      const own = other.author === author;
      if (!own && before >= trustDefaults.perAuthor) continue;
      asked.set(other.author, before + 1);
      voices++;
      count(all, { agrees: other.digit === digit, voice: own ? trustDefaults.ownVoice : 1 });
      if (!own) count(others, { agrees: other.digit === digit, voice: 1 });
    }
    return { all: share(all), others: share(others) };
  });
}

type Votes = { for: number; of: number };

function count(votes: Votes, { agrees, voice }: { agrees: boolean; voice: number }): void {
  votes.of += voice;
  if (agrees) votes.for += voice;
}

const share = (votes: Votes) => (votes.of > 0 ? votes.for / votes.of : -1);

const lookSide = 13; // windows of 4 × 4 px every 2: a stroke moved by a pixel still looks the same

/** The raster blurred, of mean 0 and length 1. */
function lookOf(raster: Uint8Array): Float32Array {
  const look = new Float32Array(lookSide * lookSide);
  for (let row = 0; row < rasterSide; row++) {
    for (let column = 0; column < rasterSide; column++) {
      const ink = raster[row * rasterSide + column];
      if (ink === 0) continue;
      for (const v of [row >> 1, (row >> 1) - 1])
        for (const u of [column >> 1, (column >> 1) - 1])
          if (v >= 0 && u >= 0 && v < lookSide && u < lookSide) look[v * lookSide + u] += ink;
    }
  }
  const mean = look.reduce((sum, value) => sum + value, 0) / look.length;
  const length = Math.sqrt(look.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return look.map(value => (length > 0 ? (value - mean) / length : 0));
}

function correlation(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function groupedByAuthor(lessons: readonly LabelledSample[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  lessons.forEach(({ author }, i) => {
    groups.set(author, [...(groups.get(author) ?? []), i]);
  });
  return groups;
}
