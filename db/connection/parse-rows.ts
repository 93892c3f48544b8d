import { type Interceptor, type QueryResultRow, SchemaValidationError } from 'slonik';

/** Validates every row: slonik attaches the schema given to `sql.type` but does not apply it. */
export const parseRows: Interceptor = {
  name: 'parse rows',
  transformRow: ({ resultParser }, query, row) => {
    if (!resultParser) return row;
    const result = resultParser['~standard'].validate(row);
    if (result instanceof Promise) throw new Error('a row schema must be synchronous');
    if (result.issues) throw new SchemaValidationError(query, row, result.issues);
    if (!isRow(result.value)) throw new Error('a row schema must describe an object');
    return result.value;
  },
};

function isRow(value: unknown): value is QueryResultRow {
  return typeof value === 'object' && value !== null;
}
