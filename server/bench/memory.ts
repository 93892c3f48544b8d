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
