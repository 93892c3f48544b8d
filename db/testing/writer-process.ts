import { randomUUID } from 'node:crypto';
import { openDatabase } from '../connection/open-database.ts';
import { recordLabel } from '../predictions.ts';

/**
 * A process for a test to kill: writes labels to the embedded database in the given folder and prints each drawing id
 * after its ack.
 */
const db = await openDatabase({ dataDir: process.argv[2] });
process.stdout.write('open\n');
for (;;) {
  const drawing = randomUUID();
  await recordLabel(db, {
    drawing,
    digit: 7,
    author: 'ada',
    room: 'lobby',
    strokes: [[1, 2, 3, 4]],
    raster: new Uint8Array(784),
    guess: null,
    probabilities: null,
    model: null,
    at: new Date(),
  });
  process.stdout.write(`${drawing}\n`);
}
