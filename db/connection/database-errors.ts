import { ownCodes, type Trouble, troubleOf } from './trouble.ts';

/** The database cannot be used now but may be later. Any other error of a verb is a bug. */
export class DatabaseUnavailable extends Error {
  override readonly name: string = 'DatabaseUnavailable';
  readonly trouble: Trouble;
  constructor(trouble: Trouble, options?: ErrorOptions) {
    super(`${trouble.reason} (${trouble.detail})`, options);
    this.trouble = trouble;
  }
}

/** The database cannot be used with these settings or in its present state: waiting does not help. */
export class DatabaseRefused extends DatabaseUnavailable {
  override readonly name = 'DatabaseRefused';
}

export function unavailable(cause: unknown): DatabaseUnavailable {
  return cause instanceof DatabaseUnavailable ? cause : new DatabaseUnavailable(troubleOf(cause), { cause });
}

/** The database did not answer within that time. */
export const tooLate = (limitMs: number) =>
  unavailable(new CodedError(`no answer within ${limitMs} ms`, ownCodes.late));

/** The connection is gone. */
export const lost = (detail: string, cause?: unknown) =>
  unavailable(new CodedError(detail, ownCodes.lost, { cause }));

/** An error with a code that `troubleOf` recognises. */
export class CodedError extends Error {
  readonly code: string;
  constructor(message: string, code: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
