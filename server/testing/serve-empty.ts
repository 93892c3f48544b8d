import { layDatabase } from '../../db/testing/data-folder-template.ts';

/** The server on an empty database of the test run's template. */
await layDatabase(process.env.DATA_DIR ?? 'data');
await import('../main.ts');
