import { spawn, spawnSync } from 'node:child_process';
import { MissingError } from './missing.ts';

export interface Run {
  folder: string;
  /** What could not be done, should it fail. */
  failure: string;
  env?: NodeJS.ProcessEnv;
  /** Whether the user sees what the program prints; shown unless said otherwise. */
  output?: 'shown' | 'dropped';
  /** The program and all that it started end after this; no limit without it. */
  limitMs?: number;
}

/** Runs a program to its end, its output on standard error. Rejects with MissingError when it is not there or fails. */
export async function run(
  [program = '', ...args]: readonly string[],
  { folder, failure, env, output = 'shown', limitMs }: Run,
): Promise<void> {
  const grouped = process.platform !== 'win32';
  const shown = output === 'shown' ? 2 : 'ignore';
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ['ignore', shown, shown],
    detached: grouped,
    ...(env && { env }),
  });
  const end = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    if (grouped) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  };
  // A group of its own hears nothing of the terminal's interrupt.
  const interrupted = () => {
    end();
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  let late = false;
  function stopLate() {
    late = true;
    end();
  }
  const timer = limitMs === undefined ? undefined : setTimeout(stopLate, limitMs);
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (how: string) => reject(new MissingError(`${failure}: ${how}`));
      child.once('error', error => fail(`${program} cannot be run (${error.message}).`));
      child.once('exit', (code, signal) => {
        if (code === 0) resolve();
        else if (late) fail(`it was not done after ${Math.round((limitMs ?? 0) / 1000)} s.`);
        else
          fail(
            `${program} ended with ${signal ?? `exit code ${code}`}; ${output === 'shown' ? 'its output is above' : 'its output was dropped'}.`,
          );
      });
    });
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

export const isInstalled = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
