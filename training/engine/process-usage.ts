import { readFileSync } from 'node:fs';

/** What a process has done so far. */
export interface ProcessUsage {
  cpuMs: number;
  /** Pages it had to wait for. */
  faults: number;
}

const msPerTick = 10; // of Linux, on every machine that Node runs on

/** Of the process `pid`; null where the system does not tell, as only Linux does. */
export function readProcessUsage(pid: number | undefined): ProcessUsage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything; what follows it are numbers.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [faults = 0, , userTicks = 0, systemTicks = 0] = fields.slice(9);
    return { cpuMs: msPerTick * (userTicks + systemTicks), faults };
  } catch {
    return null;
  }
}
