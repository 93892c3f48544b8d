import { readFileSync } from 'node:fs';

/** Resource usage of a process since its start. */
export interface ProcessUsage {
  cpuMs: number;
  /** Major page faults. */
  faults: number;
}

const msPerTick = 10; // of Linux, on all platforms of Node

/** Usage of process `pid`; null on systems other than Linux. */
export function readProcessUsage(pid: number | undefined): ProcessUsage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may contain any character; only numbers follow it.
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
