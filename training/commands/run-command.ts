import { WeightsError } from '../../shared/weights.ts';
import { StrokesFileError } from '../dataset/strokes-file.ts';

/** An option is invalid. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Runs a command. Prints the message of a user error; rethrows other errors with their stack. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!isUserError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Whether the message of the error is all that a user needs. */
export function isUserError(error: unknown): error is Error {
  if (error instanceof UsageError || error instanceof StrokesFileError || error instanceof WeightsError)
    return true;
  return (
    error instanceof Error &&
    'code' in error &&
    /^(ENOENT|EISDIR|EACCES|ERR_PARSE_ARGS)/.test(String(error.code))
  );
}
