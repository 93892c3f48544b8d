import { WeightsError } from '../../shared/weights.ts';
import { StrokesFileError } from '../dataset/strokes-file.ts';

/** The caller asked for something that cannot be. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Runs a command. What the caller can put right is told in a sentence; everything else keeps its stack. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!isMistake(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

function isMistake(error: unknown): error is Error {
  if (error instanceof UsageError || error instanceof StrokesFileError || error instanceof WeightsError)
    return true;
  return (
    error instanceof Error &&
    'code' in error &&
    /^(ENOENT|EISDIR|EACCES|ERR_PARSE_ARGS)/.test(String(error.code))
  );
}
