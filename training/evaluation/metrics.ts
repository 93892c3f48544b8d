import { decidedAt } from '../../shared/limits.ts';

/** A prediction of one labelled drawing or image. Probabilities are ten each. */
export type Reading = {
  label: number;
  probabilities: readonly number[]; // of the whole drawing
  prefixes?: readonly Prefix[]; // growing, as they are shown; the last is the whole drawing
  set?: string;
  writer?: string;
};

/** The prediction of a prefix with `share` of the ink, 0…1. */
export type Prefix = { share: number; probabilities: readonly number[] };

export type Report = {
  accuracy: number;
  perDigit: number[]; // accuracy of each digit 0…9; 0 for an absent digit
  ece: number; // expected calibration error of the predicted digit, 15 equal bins
  earliness: number | null; // mean share of ink from which the predicted digit stays right, 1 if it never does
  flips: number | null; // mean number of changes of the predicted digit over the prefixes
  byInk: InkReport[] | null; // at a quarter, a half, three quarters and all of the ink
  negatives: number | null; // share of non-digits with a confidence under decidedAt, averaged over the kinds
  negativesByKind: Record<string, number>;
  bySet: Record<string, SetReport>;
  byWriter: Record<string, number>;
};

export type InkReport = { share: number; accuracy: number; ece: number };

export type SetReport = { count: number; accuracy: number; perDigit: number[]; ece: number };

const calibrationBins = 15; // as in Guo et al. 2017, so that figures compare

const inkShares = [0.25, 0.5, 0.75, 1];

/** `nonDigits` are the predicted probabilities of non-digits, by kind. */
export function evaluate(
  readings: readonly Reading[],
  nonDigits: Record<string, readonly (readonly number[])[]> = {},
): Report {
  const drawn = readings.filter(({ prefixes }) => prefixes !== undefined);
  const undecided = Object.entries(nonDigits).map(([kind, read]): [string, number[]] => [
    kind,
    read.map(probabilities => (Math.max(...probabilities) < decidedAt ? 1 : 0)),
  ]);
  return {
    ...figures(readings),
    earliness: drawn.length > 0 ? mean(drawn.map(earliness)) : null,
    flips: drawn.length > 0 ? mean(drawn.map(flips)) : null,
    byInk: drawn.length > 0 ? inkShares.map(share => inkReport(drawn, share)) : null,
    negatives: undecided.length > 0 ? mean(undecided.map(([, ofKind]) => mean(ofKind))) : null,
    negativesByKind: Object.fromEntries(undecided.map(([kind, ofKind]) => [kind, mean(ofKind)])),
    bySet: Object.fromEntries(
      groups(readings, ({ set }) => set).map(([set, members]) => [
        set,
        { count: members.length, ...figures(members) },
      ]),
    ),
    byWriter: Object.fromEntries(
      groups(readings, ({ writer }) => writer).map(([writer, members]) => [
        writer,
        figures(members).accuracy,
      ]),
    ),
  };
}

function figures(readings: readonly Reading[]): { accuracy: number; perDigit: number[]; ece: number } {
  return {
    accuracy: shareOf(readings, isRight),
    perDigit: Array.from({ length: 10 }, (_, digit) =>
      shareOf(
        readings.filter(({ label }) => label === digit),
        isRight,
      ),
    ),
    ece: calibrationError(readings),
  };
}

export function topOf(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}

export const isRight = ({ label, probabilities }: Reading) => topOf(probabilities) === label;

/** Right, and no longer "not sure". */
export const isDecided = ({ label, probabilities }: Reading) => (probabilities[label] ?? 0) >= decidedAt;

export function calibrationError(readings: readonly Reading[]): number {
  const bins = Array.from({ length: calibrationBins }, () => ({ confidence: 0, right: 0 }));
  for (const reading of readings) {
    const confidence = Math.max(...reading.probabilities);
    const bin = bins[Math.min(calibrationBins - 1, Math.floor(confidence * calibrationBins))];
    if (!bin) continue;
    bin.confidence += confidence;
    if (isRight(reading)) bin.right++;
  }
  const gap = bins.reduce((sum, { confidence, right }) => sum + Math.abs(confidence - right), 0);
  return readings.length > 0 ? gap / readings.length : 0;
}

/** Accuracy and calibration at the first prefix of each drawing with at least this share of ink. */
function inkReport(drawn: readonly Reading[], share: number): InkReport {
  const cut = drawn.map(({ label, prefixes = [], probabilities }) => ({
    label,
    probabilities: prefixes.find(prefix => prefix.share >= share)?.probabilities ?? probabilities,
  }));
  return { share, accuracy: shareOf(cut, isRight), ece: calibrationError(cut) };
}

function earliness({ label, prefixes = [] }: Reading): number {
  let share = 1;
  for (const prefix of prefixes.toReversed()) {
    if (topOf(prefix.probabilities) !== label) break;
    share = prefix.share;
  }
  return share;
}

function flips({ prefixes = [] }: Reading): number {
  const tops = prefixes.map(({ probabilities }) => topOf(probabilities));
  return tops.filter((top, i) => i > 0 && top !== tops[i - 1]).length;
}

function groups(readings: readonly Reading[], keyOf: (reading: Reading) => string | undefined) {
  const grouped = new Map<string, Reading[]>();
  for (const reading of readings) {
    const key = keyOf(reading);
    if (key === undefined) continue;
    const members = grouped.get(key);
    if (members) members.push(reading);
    else grouped.set(key, [reading]);
  }
  return [...grouped];
}

/** Share of the items that are so, 0 of none. */
export const shareOf = <Item>(items: readonly Item[], is: (item: Item) => boolean) =>
  items.filter(is).length / Math.max(1, items.length);

const mean = (values: readonly number[]) =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
