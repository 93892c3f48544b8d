import { type FragmentSqlToken, sql } from 'slonik';
import { z } from 'zod';

/** Bytes of a column, copied: the driver's buffer is larger and would be transferred to a worker whole. */
export const bytesSchema = z.instanceof(Uint8Array).transform(bytes => new Uint8Array(bytes));

/** A value for a JSONB column; undefined is NULL. */
export function json(value: unknown): FragmentSqlToken {
  return value === undefined ? sql.fragment`NULL::jsonb` : sql.fragment`${JSON.stringify(value)}::jsonb`;
}
