import { spawnSync } from 'node:child_process';

/** For tests: whether the process runs. One that ended does not, even while nobody has asked how it ended. */
export function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout !== '' && !stdout.startsWith('Z');
}
