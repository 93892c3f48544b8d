import pino, { type DestinationStream, type Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';

/** A repeated error within this time is counted, not logged. */
const quietMs = 60_000;
/** Number of messages remembered, far more than exist. */
const maxRemembered = 1_000;

/**
 * Structured logs, one JSON object per line, on standard error; standard output is for people. A repeated error, such
 * as one per label during a database outage, is logged once a minute with its count.
 */
export function createLog({
  destination = pino.destination({ fd: 2, sync: false }),
  now = () => performance.now(),
}: {
  destination?: DestinationStream;
  now?: () => number;
} = {}): Logger {
  const remembered = new Map<string, { sinceMs: number; again: number }>();

  /** How often the error was suppressed since it was last logged; undefined if it is not to be logged now. */
  function countOf(key: string): number | undefined {
    const last = remembered.get(key);
    if (last !== undefined && now() - last.sinceMs < quietMs) {
      last.again++;
      return undefined;
    }
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(key, { sinceMs: now(), again: 0 });
    return last?.again ?? 0;
  }

  return pino(
    {
      base: undefined,
      serializers: { err: serialise },
      hooks: {
        logMethod(args, method) {
          const [fields, message] = args;
          const error = errorIn(fields);
          if (error === undefined) return method.apply(this, args);
          const again = countOf(`${message}: ${error.message}`);
          if (again === undefined) return undefined;
          method.call(this, again === 0 ? fields : { ...Object(fields), again }, message);
        },
      },
    },
    destination,
  );
}

function errorIn(fields: unknown): Error | undefined {
  if (typeof fields !== 'object' || fields === null || !('err' in fields)) return undefined;
  return fields.err instanceof Error ? fields.err : undefined;
}

/** A database outage is not a bug, so its stack is left out. */
function serialise(error: Error): unknown {
  if (error instanceof DatabaseUnavailable) return { type: error.name, message: error.message };
  return pino.stdSerializers.err(error);
}
