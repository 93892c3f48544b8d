import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { readCpu } from './cpu.ts';

/**
 * Pins the server's process to core 0, so that its share is that of one core; inference processes and this bench get
 * the others. False if pinning fails.
 */
export function pinServer(serverPid: number): boolean {
  const cores = availableParallelism();
  const reading = readCpu();
  if (reading === null || cores < 2) return false;
  const others = [...reading.processes].filter(([, { parent }]) => parent === serverPid).map(([pid]) => pid);
  try {
    pin(serverPid, '0');
    for (const pid of [process.pid, ...others]) pin(pid, `1-${cores - 1}`);
    return true;
  } catch {
    return false; // no taskset
  }
}

const pin = (pid: number, on: string) =>
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', on, `${pid}`], { stdio: 'ignore' });
