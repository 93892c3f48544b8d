import { spawnSync } from 'node:child_process';
import { MissingError } from './missing.ts';

export interface Run {
  folder: string;
  /** What could not be done, should it fail. */
  otherwise: string;
}

/** Runs a program to its end, what it says on standard error; throws MissingError when it is not there or fails. */
export function run([program = '', ...args]: readonly string[], { folder, otherwise }: Run): void {
  const { status, signal, error } = spawnSync(program, args, { cwd: folder, stdio: ['ignore', 2, 2] });
  if (error !== undefined)
    throw new MissingError(`${otherwise}: ${program} cannot be run (${error.message}).`);
  if (status !== 0)
    throw new MissingError(
      `${otherwise}: ${program} ended with ${signal ?? `exit code ${status}`}; what it says is above.`,
    );
}

export const isThere = (program: string) =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
