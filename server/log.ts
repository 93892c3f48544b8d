import pino, { type Logger } from 'pino';

/** Structured logs, one JSON object a line, on standard error; standard output is for people. */
export function createLog(): Logger {
  return pino({ base: undefined }, pino.destination({ fd: 2, sync: false }));
}
