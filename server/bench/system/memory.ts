import { readFileSync } from 'node:fs';

/** Resident memory of a process as the operating system counts it; null where nobody tells. */
export function readRssKb(pid: number): number | null {
  try {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line === null ? null : Number(line[1]);
  } catch {
    return null;
  }
}

const settledKb = 2_048;
const settledLooks = 12;
const mostLooks = 90;
const lookMs = 1_000;

/** The same when it has not changed for a while: what a start leaves behind is given back late. */
export async function settledRssKb(pid: number): Promise<number | null> {
  let [rss, unchanged] = [readRssKb(pid), 0];
  for (let look = 0; look < mostLooks && unchanged < settledLooks; look++) {
    await new Promise(resolve => setTimeout(resolve, lookMs));
    const now = readRssKb(pid);
    unchanged = now !== null && rss !== null && Math.abs(now - rss) < settledKb ? unchanged + 1 : 0;
    if (unchanged === 0) rss = now;
  }
  return readRssKb(pid);
}

const watchMs = 50;

/** The most a process had since the last question. */
export function watchMemory(pid: number) {
  let most: number | null = null;
  const look = () => {
    const rss = readRssKb(pid);
    if (rss !== null) most = Math.max(rss, most ?? 0);
  };
  const timer = setInterval(look, watchMs);
  return {
    mostKb(): number | null {
      look();
      const all = most;
      most = null;
      return all;
    },
    stop: () => clearInterval(timer),
  };
}
