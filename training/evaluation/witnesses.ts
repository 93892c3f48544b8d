import type { LabelledSample } from '../dataset/labelled-samples.ts';
import { estimateTrust, type LabelTrust } from './label-trust.ts';
import { isRight, type Reading, topOf } from './metrics.ts';

export const witnessDefaults = {
  champion: 0.8, // probability from which each witness is sure; measured in LOG.md
  plain: 0.8,
  // An author with more labels set aside is believed in none: the rest only escaped the witnesses. Of a person who labels all
  // digits, in any style, at most a tenth is set aside (LOG.md) …
  authorShare: 0.35,
  minLabels: 4, // … from this many labels on
  // A label under which so many other digits are set aside, each so often, names something else than a digit, such as a
  // mark. A person's new style is read as one or two other digits.
  digitsOfMark: 4,
  labelsOfDigit: 2,
};

/** The reading of one witness. */
export type WitnessReading = { digit: number; probability: number };

/** A label that both witnesses surely contradict. `index`: of its sample. */
export type SetAside = {
  index: number;
  label: number;
  champion: WitnessReading;
  plain: WitnessReading;
};

type Witnesses = { champion: readonly Reading[]; plain: readonly Reading[] };
type Labelled = readonly Pick<LabelledSample, 'accepted'>[];

/**
 * Labels that two witnesses surely contradict with the same other digit: the champion, and a net trained on MNIST alone,
 * which no label can teach. The author, the number of authors and other labels count for nothing here: sessions are free.
 * A label that a host accepted is believed. The readings are in the order of the samples.
 */
export function contradictedLabels(samples: Labelled, { champion, plain }: Witnesses): SetAside[] {
  return samples.flatMap(({ accepted }, index) => {
    if (accepted === true) return [];
    const [one, other] = [readingOf(champion[index]), readingOf(plain[index])];
    const { label } = champion[index];
    if (one.digit === label || one.digit !== other.digit) return [];
    if (one.probability < witnessDefaults.champion || other.probability < witnessDefaults.plain) return [];
    return [{ index, label, champion: one, plain: other }];
  });
}

function readingOf({ probabilities }: Reading): WitnessReading {
  const digit = topOf(probabilities);
  return { digit, probability: probabilities[digit] };
}

/** Labels under which the witnesses surely read many different digits, whoever gave them: sessions are free. */
function labelsOfMarks(setAside: readonly SetAside[]): Set<number> {
  const { digitsOfMark, labelsOfDigit } = witnessDefaults;
  const byLabel = Map.groupBy(setAside, ({ label }) => label);
  const isOfMark = (some: readonly SetAside[]) => {
    const byDigit = Map.groupBy(some, ({ champion }) => champion.digit);
    return [...byDigit.values()].filter(({ length }) => length >= labelsOfDigit).length >= digitsOfMark;
  };
  return new Set([...byLabel].flatMap(([label, some]) => (isOfMark(some) ? [label] : [])));
}

/**
 * The trust in labels without those set aside, which have weight 0 and support no other label. Where many labels of an
 * author are set aside, so is the rest; where a label names a mark, so is each that the champion reads otherwise. A label
 * that a host accepted is believed.
 */
export function trustWithout(
  setAside: readonly SetAside[],
  { samples, readings }: { samples: readonly LabelledSample[]; readings: readonly Reading[] },
): LabelTrust {
  const without = new Set(setAside.map(({ index }) => index));
  for (const members of Map.groupBy(samples.keys(), i => samples[i].author).values()) {
    const share = members.filter(i => without.has(i)).length / members.length;
    if (members.length < witnessDefaults.minLabels || share <= witnessDefaults.authorShare) continue;
    for (const i of members) if (samples[i].accepted !== true) without.add(i);
  }
  const ofMarks = labelsOfMarks(setAside);
  for (const [i, reading] of readings.entries())
    if (ofMarks.has(reading.label) && !isRight(reading) && samples[i].accepted !== true) without.add(i);
  const kept = samples.flatMap((_, i) => (without.has(i) ? [] : [i]));
  const trust = estimateTrust(
    kept.map(i => samples[i]),
    kept.map(i => readings[i]),
  );
  const weights = new Float32Array(samples.length);
  kept.forEach((i, at) => {
    weights[i] = trust.weights[at];
  });
  return { ...trust, weights };
}
