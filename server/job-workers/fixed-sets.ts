import type { Digits } from '../../training/dataset/digits.ts';
import { readShippedBase } from '../../training/dataset/shipped-models.ts';
import { fixedSetsOf, type Sets } from '../../training/evaluation/report.ts';
import type { ReportCache } from '../../training/evaluation/report-cache.ts';
import { addReadings } from '../../training/evaluation/shipped-readings.ts';
import type { GateKind } from '../../training/gate/gate-kind.ts';
import { fixedDrawingsOf } from '../../training/gate/screen-labels.ts';

interface FixedSets {
  mnist: Digits;
  gate: GateKind;
  /** An operator's own drawings for the house's gate. */
  pens?: Digits;
}

/** The sets that no label changes. What the shipped model predicts on them is in the cache then. */
export async function readFixedSets(cache: ReportCache, { mnist, ...gate }: FixedSets): Promise<Sets> {
  const sets = fixedSetsOf({ mnist, ...fixedDrawingsOf(gate) });
  addReadings(cache, await readShippedBase(), sets);
  return sets;
}
