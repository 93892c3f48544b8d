import { decidedAt } from '../../shared/limits.ts';

/** One drawing or image that was read. Probabilities are ten each. */
export type Reading = {
  label: number;
  probabilities: readonly number[]; // of the whole
  prefixes?: readonly Prefix[]; // growing, the whole last
  set?: string;
  writer?: string;
};

/** `share` of the ink, 0…1, and what was read of it. */
export type Prefix = { share: number; probabilities: readonly number[] };

export type Report = {
  accuracy: number;
  perDigit: number[]; // accuracy of each digit 0…9; 0 for a digit that never came
  ece: number; // expected calibration error of the top answer, 15 equal bins
  earliness: number | null; // mean share of the ink after which the top answer stays right, 1 when it never is
  flips: number | null; // mean number of changes of the top answer while drawing
  byInk: InkReport[] | null; // when a quarter, a half, three quarters and all of the ink was there
  negatives: number | null; // share of what is no digit that was read with less than decidedAt, mean of the kinds
  negativesByKind: Record<string, number>;
  bySet: Record<string, SetReport>;
  byWriter: Record<string, number>;
};

export type InkReport = { share: number; accuracy: number; ece: number };

export type SetReport = { count: number; accuracy: number; perDigit: number[]; ece: number };

const calibrationBins = 15; // as in Guo et al. 2017, so that figures compare

const inkShares = [0.25, 0.5, 0.75, 1];

/** `nonDigits` are probabilities of drawings that are no digit, by kind. */
export function evaluate(
  readings: readonly Reading[],
  nonDigits: Record<string, readonly (readonly number[])[]> = {},
): Report {
  const drawn = readings.filter(({ prefixes }) => prefixes !== undefined);
  const doubts = Object.entries(nonDigits).map(([kind, read]): [string, number[]] => [
    kind,
    read.map(probabilities => (Math.max(...probabilities) < decidedAt ? 1 : 0)),
  ]);
  return {
    ...figures(readings),
    earliness: drawn.length > 0 ? mean(drawn.map(earliness)) : null,
    flips: drawn.length > 0 ? mean(drawn.map(flips)) : null,
    byInk: drawn.length > 0 ? inkShares.map(share => inkReport(drawn, share)) : null,
    negatives: doubts.length > 0 ? mean(doubts.map(([, doubted]) => mean(doubted))) : null,
    negativesByKind: Object.fromEntries(doubts.map(([kind, doubted]) => [kind, mean(doubted)])),
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
    accuracy: mean(readings.map(isRight)),
    perDigit: Array.from({ length: 10 }, (_, digit) =>
      mean(readings.filter(({ label }) => label === digit).map(isRight)),
    ),
    ece: calibrationError(readings),
  };
}

export function topOf(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}

const isRight = ({ label, probabilities }: Reading) => (topOf(probabilities) === label ? 1 : 0);

function calibrationError(readings: readonly Reading[]): number {
  const bins = Array.from({ length: calibrationBins }, () => ({ confidence: 0, right: 0 }));
  for (const reading of readings) {
    const confidence = Math.max(...reading.probabilities);
    const bin = bins[Math.min(calibrationBins - 1, Math.floor(confidence * calibrationBins))];
    if (!bin) continue;
    bin.confidence += confidence;
    bin.right += isRight(reading);
  }
  const gap = bins.reduce((sum, { confidence, right }) => sum + Math.abs(confidence - right), 0);
  return readings.length > 0 ? gap / readings.length : 0;
}

/** Every drawing as it was read when first this share of its ink was there. */
function inkReport(drawn: readonly Reading[], share: number): InkReport {
  const then = drawn.map(({ label, prefixes = [], probabilities }) => ({
    label,
    probabilities: prefixes.find(prefix => prefix.share >= share)?.probabilities ?? probabilities,
  }));
  return { share, accuracy: mean(then.map(isRight)), ece: calibrationError(then) };
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

const mean = (values: readonly number[]) =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
