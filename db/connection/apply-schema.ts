import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type DatabasePoolConnection, sql } from 'slonik';
import { z } from 'zod';
import { refuseForeignTables, tables } from './foreign-tables.ts';

const initSql = new URL('../../init.sql', import.meta.url);

/** Advisory lock key, the same in every node: one node at a time changes the schema. The number is arbitrary. */
const schemaLock = 1_229_867_851;

/**
 * Runs init.sql in one transaction, one node at a time. Skips a database in which this very init.sql ran before:
 * ALTER TABLE, even to no effect, waits for every reader (a backup of an hour included) and blocks every later query
 * meanwhile. Throws DatabaseRefused if a table belongs to another application.
 */
export async function applySchema(connection: DatabasePoolConnection): Promise<void> {
  const script = await readFile(initSql, 'utf8');
  const mark = `Inkling, init.sql ${createHash('sha256').update(script).digest('hex').slice(0, 16)}`;
  if (await isApplied(connection, mark)) return;
  const statements = script.split(/\n\s*\n/).filter(text => text.trim());
  await connection.transaction(async transaction => {
    // Indexing a column of a large table may take longer than the timeout of a verb.
    await transaction.query(sql.unsafe`SET LOCAL statement_timeout = '60s'`);
    await transaction.query(sql.unsafe`SELECT pg_advisory_xact_lock(${schemaLock})`);
    await refuseForeignTables(transaction);
    for (const statement of statements) await transaction.query(sql.unsafe(verbatim(statement)));
    await transaction.query(sql.unsafe(verbatim(`COMMENT ON TABLE predictions IS '${mark}'`)));
  });
}

/** Whether the comment on `predictions` equals `mark` and this user may insert into every table. */
function isApplied(connection: DatabasePoolConnection, mark: string): Promise<boolean> {
  return connection.oneFirst(sql.type(z.object({ applied: z.boolean() }))`
    SELECT coalesce(obj_description(to_regclass('predictions'), 'pg_class') = ${mark}, false)
      AND NOT EXISTS (
        SELECT FROM unnest(${sql.array(Object.keys(tables), 'text')}) AS name
        WHERE has_table_privilege(to_regclass(name)::oid, 'INSERT') IS NOT TRUE
      ) AS applied
  `);
}

// slonik takes SQL only as a template literal; this file's statements are the one exception.
function verbatim(text: string): TemplateStringsArray {
  return Object.assign([text], { raw: Object.freeze([text]) });
}
