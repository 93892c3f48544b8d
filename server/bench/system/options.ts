import { UsageError } from '../../../training/commands/run-command.ts';

export interface Range {
  min: number;
  max: number;
  whole?: true;
}

/** The number of an option. Throws UsageError with the option, its value and the allowed range. */
export function numberOption(name: string, text: string, { min, max, whole }: Range): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? 'whole number' : 'number';
  throw new UsageError(
    `The option --${name} is ${JSON.stringify(text)}; allowed is a ${kind} from ${min} to ${max}.`,
  );
}

/** `--name VALUE` as `--name=VALUE`: parseArgs refuses a value that begins with a dash, as flags do. */
export function joinOption(args: readonly string[], name: string): string[] {
  const at = args.indexOf(`--${name}`);
  const value = args[at + 1];
  if (at < 0 || value === undefined) return [...args];
  return [...args.slice(0, at), `--${name}=${value}`, ...args.slice(at + 2)];
}

export const secondsRange: Range = { min: 0.1, max: 3600 };
/** More sockets exceed the ports and memory of one machine. */
export const peopleRange: Range = { min: 1, max: 5000, whole: true };
/** Points or updates per second of each drawer. */
export const rateRange: Range = { min: 0.1, max: 1000 };
