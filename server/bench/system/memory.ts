import { readFileSync } from 'node:fs';

/** Resident memory of a process; null if the operating system does not report it. */
export function readRssKb(pid: number): number | null {
  try {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line === null ? null : Number(line[1]);
  } catch {
    return null;
  }
}

const stableKb = 2_048;
const stableReads = 12;
const maxReads = 90;
const readEveryMs = 1_000;

/** The resident memory once it is stable: memory of a start is freed late. */
export async function stableRssKb(pid: number): Promise<number | null> {
  let [rss, unchanged] = [readRssKb(pid), 0];
  for (let read = 0; read < maxReads && unchanged < stableReads; read++) {
    await new Promise(resolve => setTimeout(resolve, readEveryMs));
    const now = readRssKb(pid);
    unchanged = now !== null && rss !== null && Math.abs(now - rss) < stableKb ? unchanged + 1 : 0;
    if (unchanged === 0) rss = now;
  }
  return readRssKb(pid);
}

const watchMs = 50;

/** The peak since the last call. */
export function watchMemory(pid: number) {
  let most: number | null = null;
  const read = () => {
    const rss = readRssKb(pid);
    if (rss !== null) most = Math.max(rss, most ?? 0);
  };
  const timer = setInterval(read, watchMs);
  return {
    peakKb(): number | null {
      read();
      const all = most;
      most = null;
      return all;
    },
    stop: () => clearInterval(timer),
  };
}
