import { readdirSync, readFileSync } from 'node:fs';

/** CPU counters of the operating system at one moment: user and system time, in ms. */
export interface CpuReading {
  /** Sum over all cores: busy, and busy plus idle. */
  busyMs: number;
  totalMs: number;
  processes: ReadonlyMap<number, ProcessCpu>;
}
export interface ProcessCpu {
  parent: number;
  cpuMs: number;
  /** Time of its ended children and of theirs. */
  endedMs: number;
}

/** CPU use between two readings. */
export interface CpuUse {
  ofProcess(pid: number): number;
  /** Use of the process and all its descendants, ended ones included. */
  ofTree(pid: number): number;
  /** Share of the machine used outside the tree of `pid`. */
  otherShare(pid: number): number;
}

const msPerTick = 10; // /proc counts in USER_HZ, 100 a second on every Linux that runs Node

/** Null without /proc. */
export function readCpu(): CpuReading | null {
  if (process.platform !== 'linux') return null;
  const processes = new Map<number, ProcessCpu>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readIfThere(`/proc/${name}/stat`) : undefined;
    if (stat !== undefined) processes.set(Number(name), parseProcessStat(stat));
  }
  return { ...parseMachineStat(readFileSync('/proc/stat', 'utf8')), processes };
}

/** A line of /proc/PID/stat. The command's name is in brackets and may itself contain brackets. */
export function parseProcessStat(stat: string): ProcessCpu {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
  return {
    parent: Number(fields[1]),
    cpuMs: (user + system) * msPerTick,
    endedMs: (endedUser + endedSystem) * msPerTick,
  };
}

/** The first line of /proc/stat. Time stolen by other guests of the host counts as busy. */
export function parseMachineStat(stat: string): { busyMs: number; totalMs: number } {
  const [line] = stat.split('\n');
  const [user, nice, system, idle, iowait, irq, softirq, steal] = line.split(/\s+/).slice(1).map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busyMs: busy * msPerTick, totalMs: (busy + idle + iowait) * msPerTick };
}

export function cpuBetween(before: CpuReading, after: CpuReading): CpuUse {
  const ofProcess = (pid: number) =>
    (after.processes.get(pid)?.cpuMs ?? 0) - (before.processes.get(pid)?.cpuMs ?? 0);

  // The time of an ended child moves from its own line to its parent's, so only sums over the whole tree are
  // comparable.
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

/** A process may end between listing and reading. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
