import { type DatabaseTransactionConnection, sql } from 'slonik';
import { z } from 'zod';
import { DatabaseRefused } from './database-errors.ts';

const whole = ['smallint', 'integer', 'bigint'];
const time = ['timestamp without time zone', 'timestamp with time zone'];
const text = ['text'];

interface Table {
  columns: Readonly<Record<string, readonly string[]>>;
  /**
   * A table without one of these belongs to another application. Columns that init.sql adds to older tables are not
   * required.
   */
  required: readonly string[];
}

const own = (columns: Table['columns']): Table => ({ columns, required: Object.keys(columns) });
/** `added` came in a later release. */
const grown = (columns: Table['columns'], added: Table['columns']): Table => ({
  columns: { ...columns, ...added },
  required: Object.keys(columns),
});

/** The tables of init.sql and the types that their columns may have. */
export const tables: Readonly<Record<string, Table>> = {
  predictions: {
    // Several versions of the older application created this table, with different types.
    columns: {
      id: whole,
      timestamp: time,
      predicted_digit: whole,
      true_label: whole,
      image: ['bytea', 'text', 'character varying'],
      created_at: time,
      feedback_processed: ['boolean'],
      drawing: ['uuid'],
      room: text,
      author: text,
      strokes: ['jsonb'],
      raster: ['bytea'],
      probabilities: ['real[]'],
      model: text,
      labelled_at: time,
      claimed_by: ['uuid'],
      trained_in: text,
      veil: text,
      stored_at: time,
      reread_digit: whole,
      reread_probabilities: ['real[]'],
      reread_model: text,
      screened: text,
      set_aside: ['jsonb'],
      accepted: ['boolean'],
    },
    required: ['id', 'predicted_digit'],
  },
  authors: grown({ author: text, held_out: ['boolean'], since: time }, { room: text }),
  networks: own({ author: text, network: text }),
  models: grown(
    {
      version: text,
      number: whole,
      parent: text,
      source: text,
      status: text,
      weights: ['bytea'],
      card: ['jsonb'],
      verdict: ['jsonb'],
      created_at: time,
    },
    { room: text, erased: whole },
  ),
  aliases: grown({ name: text, version: text }, { room: text }),
  promotions: grown(
    {
      id: whole,
      version: text,
      previous: text,
      move: text,
      at: time,
      by: text,
      reason: text,
    },
    { room: text },
  ),
  rooms: own({ name: text, host_key: text, settings: ['jsonb'], created_at: time, ended_at: time }),
  jobs: grown(
    {
      id: ['uuid'],
      state: text,
      asked_by: text,
      samples: ['integer[]', 'bigint[]'],
      attempt: whole,
      cancel_wanted: ['boolean'],
      wanted_at: time,
      started_at: time,
      beat_at: time,
      ended_at: time,
      node: text,
      message: text,
      candidate: text,
      verdict: ['jsonb'],
    },
    { room: text, erased: whole, price: ['real'] },
  ),
};

const columnSchema = z.object({
  table: z.string(),
  isTable: z.boolean(),
  column: z.string().nullable(),
  type: z.string().nullable(),
  /** Whether an insert may omit the column. */
  filled: z.boolean(),
});

/**
 * Throws DatabaseRefused if a table with one of our names belongs to another application: `CREATE TABLE IF NOT
 * EXISTS` would accept it as ours. Call it before init.sql changes anything.
 */
export async function refuseForeignTables(transaction: DatabaseTransactionConnection): Promise<void> {
  const found = await transaction.any(sql.type(columnSchema)`
    SELECT relname AS table, relkind = 'r' AS "isTable", attname AS column, format_type(atttypid, NULL) AS type,
      coalesce(atthasdef OR attidentity <> '' OR NOT attnotnull, TRUE) AS filled
    FROM unnest(${sql.array(Object.keys(tables), 'text')}) AS ours
    JOIN pg_class ON pg_class.oid = to_regclass(ours)
    LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped`);
  for (const table of Object.keys(tables)) {
    const why = whyForeign(
      table,
      found.filter(each => each.table === table),
    );
    if (why === undefined) continue;
    throw new DatabaseRefused({
      reason: `The database has a table "${table}" that is not Inkling's: give Inkling a database of its own in DB_NAME or DATABASE_URL.`,
      detail: why,
      passing: false,
    });
  }
}

function whyForeign(table: string, found: readonly z.infer<typeof columnSchema>[]): string | undefined {
  const { columns = {}, required = [] } = tables[table] ?? {};
  if (found.length === 0) return undefined;
  if (!found.every(({ isTable }) => isTable)) return 'it is not a plain table';
  const missing = required.find(name => !found.some(({ column }) => column === name));
  if (missing !== undefined) return `it has no column "${missing}"`;
  const odd = found.find(({ column, type }) => columns[column ?? '']?.includes(type ?? '') === false);
  if (odd !== undefined) return `its column "${odd.column}" is of type ${odd.type}`;
  const unfilled = found.find(({ column, filled }) => column === 'id' && !filled);
  if (table === 'predictions' && unfilled !== undefined) return 'its column "id" has no default';
  return undefined;
}
