import { spawn, spawnSync } from 'node:child_process';
import { MissingError } from './missing-error.ts';

export interface Run {
  folder: string;
  /** Start of the error message. */
  failure: string;
  env?: NodeJS.ProcessEnv;
  /** Whether standard error shows the program's output; default 'shown'. */
  output?: 'shown' | 'dropped';
  /** The program and its children are killed after this time; default no limit. */
  limitMs?: number;
}

/** Runs a program to its end, with its output on standard error. Rejects with MissingError if it is missing or fails. */
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
  // A separate process group does not receive the terminal's interrupt.
  const interrupted = () => {
    end();
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  let timedOut = false;
  function stopAfterLimit() {
    timedOut = true;
    end();
  }
  const timer = limitMs === undefined ? undefined : setTimeout(stopAfterLimit, limitMs);
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string) => reject(new MissingError(`${failure}: ${reason}`));
      child.once('error', error => fail(`${program} cannot be run (${error.message}).`));
      child.once('exit', (code, signal) => {
        if (code === 0) resolve();
        else if (timedOut) fail(`it did not finish within ${Math.round((limitMs ?? 0) / 1000)} s.`);
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
