import { readdirSync, readFileSync } from 'node:fs';

/** CPU as the operating system accounts it at one moment: user and system time, in ms. */
export interface CpuReading {
  /** All cores together: busy, and busy or idle. */
  busyMs: number;
  totalMs: number;
  processes: ReadonlyMap<number, ProcessCpu>;
}
export interface ProcessCpu {
  parent: number;
  cpuMs: number;
  /** Of its children that have ended, and of theirs. */
  endedMs: number;
}

/** CPU used between two readings. */
export interface CpuUse {
  ofProcess(pid: number): number;
  /** The process and everything beneath it, what ended in between too. */
  ofTree(pid: number): number;
  /** Share of the whole machine that went to anything else than the tree of `pid`. */
  otherShare(pid: number): number;
}

const msPerTick = 10; // /proc counts in USER_HZ, 100 a second on everything Linux runs Node on

/** Null where there is no /proc to read. */
export function readCpu(): CpuReading | null {
  if (process.platform !== 'linux') return null;
  const processes = new Map<number, ProcessCpu>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readIfThere(`/proc/${name}/stat`) : undefined;
    if (stat !== undefined) processes.set(Number(name), parseProcessStat(stat));
  }
  return { ...parseMachineStat(readFileSync('/proc/stat', 'utf8')), processes };
}

/** A line of /proc/PID/stat. The command's name stands in brackets and may hold anything, brackets too. */
export function parseProcessStat(stat: string): ProcessCpu {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
  return {
    parent: Number(fields[1]),
    cpuMs: (user + system) * msPerTick,
    endedMs: (endedUser + endedSystem) * msPerTick,
  };
}

/** The first line of /proc/stat. Time stolen by the host's other guests counts as busy: we did not have it. */
export function parseMachineStat(stat: string): { busyMs: number; totalMs: number } {
  const [line] = stat.split('\n');
  const [user, nice, system, idle, iowait, irq, softirq, steal] = line.split(/\s+/).slice(1).map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busyMs: busy * msPerTick, totalMs: (busy + idle + iowait) * msPerTick };
}

export function cpuBetween(before: CpuReading, after: CpuReading): CpuUse {
  const ofProcess = (pid: number) =>
    (after.processes.get(pid)?.cpuMs ?? 0) - (before.processes.get(pid)?.cpuMs ?? 0);

  // A child that ended moves from its own line to its parent's: only sums over the whole tree compare.
  const ofTree = (pid: number) => treeMs(after, pid) - treeMs(before, pid);

  return {
    ofProcess,
    ofTree,
    otherShare(pid) {
      const others = after.busyMs - before.busyMs - ofTree(pid);
      return Math.max(0, others) / (after.totalMs - before.totalMs);
    },
  };
}

function treeMs({ processes }: Pick<CpuReading, 'processes'>, pid: number): number {
  const own = processes.get(pid);
  const children = [...processes].filter(([, { parent }]) => parent === pid);
  return children.reduce(
    (sum, [child]) => sum + treeMs({ processes }, child),
    (own?.cpuMs ?? 0) + (own?.endedMs ?? 0),
  );
}

/** A process may end between being listed and being read. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
