import type { CpuUse } from './cpu.ts';
import { printLine } from './progress.ts';

/** Whether other work disturbed the measurement; null if unknown. */
export interface Disturbance {
  disturbed: boolean | null;
  otherCpuShare: number | null;
}

/** An idle system stays far below this share of the machine. */
const disturbedFrom = 0.1;

export function disturbance(use: CpuUse | null): Disturbance {
  if (use === null) return { disturbed: null, otherCpuShare: null };
  const otherCpuShare = use.otherShare(process.pid);
  const disturbed = otherCpuShare > disturbedFrom;
  if (disturbed) {
    const percent = Math.round(100 * otherCpuShare);
    printLine(`Disturbed: other work took ${percent} % of this machine; run again when it is quiet.`);
  }
  return { disturbed, otherCpuShare };
}
