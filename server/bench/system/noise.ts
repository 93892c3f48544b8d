import type { CpuUse } from './cpu.ts';
import { printLine } from './progress.ts';

/** Whether something else on the machine was in the way; null when nobody can tell. */
export interface Disturbance {
  disturbed: boolean | null;
  otherCpuShare: number | null;
}

/** What an idle system does by itself stays far under this share of the machine. */
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
