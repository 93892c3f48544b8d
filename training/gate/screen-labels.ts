import type { Digits } from '../dataset/digits.ts';
import type { LabelledSample } from '../dataset/labelled-samples.ts';
import { beginnings, penAnchor } from '../dataset/pen-anchor.ts';
import { estimateRoomTrust, type LabelTrust } from '../evaluation/label-trust.ts';
import type { Reading } from '../evaluation/metrics.ts';
import { noDigits, type Report } from '../evaluation/report.ts';
import { contradictedLabels, trustWithout } from '../evaluation/witnesses.ts';
import type { SetAsideLabels } from './comparison.ts';
import type { GateKind } from './gate-kind.ts';

/** Sets whose labels people gave. */
type Labelled = {
  samples: readonly LabelledSample[];
  heldOut: readonly LabelledSample[];
  corrections: readonly LabelledSample[];
};

/** Readings of the second witness. */
export type PlainReadings = Pick<Report['readings'], 'lessons' | 'strangers' | 'corrections'>;

export type Screened = {
  trust: LabelTrust; // labels set aside have weight 0
  setAside: SetAsideLabels; // of the samples
  heldOutAuthors: readonly string[]; // of the held-out drawings that are kept
  /** The report without held-out drawings and corrections whose labels are set aside. */
  keep(report: Report): Report;
};

/**
 * Sets labels aside that both witnesses surely contradict: they are neither trained on, nor evidence of held-out people,
 * nor corrections to keep. Without readings of the second witness, as in a room, every label counts.
 */
export function screenLabels(
  { samples, heldOut, corrections, gate = 'house' }: Labelled & { gate?: GateKind },
  { champion, plain }: { champion: Report['readings']; plain: PlainReadings | undefined },
): Screened {
  const contradicted = (some: readonly LabelledSample[], name: keyof PlainReadings) =>
    plain ? contradictedLabels(some, { champion: champion[name], plain: plain[name] }) : [];
  const setAside = contradicted(samples, 'lessons').map(each => ({
    ...each,
    author: samples[each.index].author,
  }));
  const without = (some: readonly LabelledSample[], name: 'strangers' | 'corrections') => {
    const indices = new Set(contradicted(some, name).map(({ index }) => index));
    return (_: unknown, i: number) => !indices.has(i);
  };
  const isEvidence = without(heldOut, 'strangers');
  const isCorrection = without(corrections, 'corrections');
  const filtered = (readings: readonly Reading[], isKept: (_: unknown, i: number) => boolean) =>
    readings.filter(isKept);
  return {
    trust:
      gate === 'room'
        ? estimateRoomTrust(samples, champion.lessons)
        : trustWithout(setAside, { samples, readings: champion.lessons }),
    setAside,
    heldOutAuthors: heldOut.filter(isEvidence).map(({ author }) => author),
    keep: report => ({
      ...report,
      readings: {
        ...report.readings,
        strangers: filtered(report.readings.strangers, isEvidence),
        corrections: filtered(report.readings.corrections, isCorrection),
      },
    }),
  };
}

/** The fixed drawings of the house's gate, whole and half drawn; a room has none. */
export function fixedDrawingsOf({ gate = 'house', pens }: { gate?: GateKind; pens?: Digits }): {
  pens: Digits;
  beginnings: Digits;
} {
  if (gate === 'room') return { pens: noDigits, beginnings: noDigits };
  return { pens: pens ?? penAnchor(), beginnings: beginnings() };
}
