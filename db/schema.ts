import { readFile } from 'node:fs/promises';
import { type DatabasePoolConnection, sql } from 'slonik';
import { refuseForeignTables } from './foreign.ts';

const initSql = new URL('../init.sql', import.meta.url);

/** Any number, the same in every node: holds back the others while one changes the schema. */
const schemaLock = 1_229_867_851;

/** Runs init.sql: all of it or nothing, and one node at a time. Throws DatabaseRefused where a table is somebody else's. */
export async function applySchema(connection: DatabasePoolConnection): Promise<void> {
  const statements = (await readFile(initSql, 'utf8')).split(/\n\s*\n/).filter(text => text.trim());
  await connection.transaction(async transaction => {
    // Adding a column's index to a large table may take longer than a verb may.
    await transaction.query(sql.unsafe`SET LOCAL statement_timeout = '60s'`);
    await transaction.query(sql.unsafe`SELECT pg_advisory_xact_lock(${schemaLock})`);
    await refuseForeignTables(transaction);
    for (const statement of statements) await transaction.query(sql.unsafe(verbatim(statement)));
  });
}

// slonik takes SQL only as a template literal; this file's statements are the one exception.
function verbatim(text: string): TemplateStringsArray {
  return Object.assign([text], { raw: Object.freeze([text]) });
}
