import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { applySchema } from './connection/apply-schema.ts';
import type { Database } from './connection/open-database.ts';
import { exportSamples, importSamples, type PortableSample, portableSampleSchema } from './export.ts';
import { countUntrained } from './label-counts.ts';
import { recordLabel, recordPredictions } from './predictions.ts';
import { changeRoom } from './rooms-of-hosts.ts';
import { changeLabel } from './sample-edits.ts';
import { listSamples, sampleImage } from './sample-queries.ts';
import {
  claimed,
  empty,
  execute,
  kinds,
  label,
  prediction,
  sampleOf,
  startedJob,
  useDatabases,
} from './testing/databases.ts';

const databases = useDatabases();

// The smallest PNG: one transparent pixel.
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

describe.each(kinds)('on %s', kind => {
  let db: Database;
  databases.eachTest(kind, opened => {
    db = opened;
  });

  /** The export as another server receives it: serialised and parsed again. */
  const exported = async (): Promise<PortableSample[]> =>
    (await exportSamples(db, { limit: 1_000 })).samples.map(row =>
      portableSampleSchema.parse(JSON.parse(JSON.stringify(row))),
    );

  test('an export holds drawing, prediction and label, and the author only as a pseudonym', async () => {
    const row = label(3);
    await recordLabel(db, row);
    const { drawing, strokes, guess, probabilities, model, room } = row;
    const { samples } = await exportSamples(db, { limit: 9 });
    expect(samples[0]).toEqual({
      drawing,
      strokes,
      raster: Buffer.from(row.raster).toString('base64'),
      guess,
      probabilities,
      label: 3,
      model,
      author: expect.stringMatching(/^p-[0-9a-f]{12}$/),
      room,
      at: '2026-03-01T12:00:00.250Z',
    });
  });

  test('it has what a host keeps off the wall, and an import keeps it off', async () => {
    const row = prediction({ room: '4b' });
    await changeRoom(db, { room: '4b', change: state => ({ ...state, hidden: [row.drawing] }) });
    await recordPredictions(db, [row]);
    const lines = await exported();
    expect(lines).toMatchObject([{ drawing: row.drawing, veil: 'hidden' }]);
    await empty(db);
    await importSamples(db, lines);
    expect(await listSamples(db, { limit: 9, room: '4b', veiled: false })).toEqual([]);
    expect(await exported()).toEqual(lines);
  });

  test('it has pages, oldest first, of all rooms or of one', async () => {
    const rows = ['lobby', 'attic', 'lobby'].map(room => label(1, { room }));
    for (const row of rows) await recordLabel(db, row);
    await execute(db, 'INSERT INTO predictions (predicted_digit, true_label) VALUES (1, 7)');
    const page = async (filter: object) => {
      const { samples, next } = await exportSamples(db, { limit: 2, ...filter });
      return { drawings: samples.map(({ drawing }) => drawing), next };
    };
    const [one, two, three] = rows.map(({ drawing }) => drawing);
    const first = await page({});
    expect(first).toEqual({ drawings: [one, two], next: expect.any(Number) });
    expect(await page({ after: first.next })).toEqual({ drawings: [three], next: null });
    expect(await page({ after: 9e15 })).toEqual({ drawings: [], next: null });
    expect((await page({ room: 'lobby' })).drawings).toEqual([one, three]);
  });

  test('[L10] an export that is imported elsewhere is exported the same again', async () => {
    await recordLabel(db, label(3));
    await recordLabel(db, label(5, { author: 'eve', guess: null, probabilities: null, model: null }));
    await recordPredictions(db, [prediction({ strokes: [] })]);
    const rows = await exported();
    await empty(db);
    expect(await importSamples(db, rows)).toEqual({ added: 3, known: 0 });
    const byDrawing = (list: readonly PortableSample[]) => new Map(list.map(row => [row.drawing, row]));
    expect(byDrawing(await exported())).toEqual(byDrawing(rows));
    expect(await importSamples(db, await exported())).toEqual({ added: 0, known: 3 });
  });

  test('an imported label is trained on like any other, with its raster', async () => {
    const row = label(3);
    await recordLabel(db, row);
    const rows = await exported();
    await empty(db);
    await importSamples(db, rows);
    expect(await countUntrained(db, { since: new Date(Date.now() - 60_000) })).toBe(1);
    const { samples } = await claimed(db, await startedJob(db));
    expect(samples).toMatchObject([{ drawing: row.drawing, digit: 3, raster: row.raster }]);
  });

  test('[L10] an import of a drawing that is here takes only a label that is missing', async () => {
    const [open, labelled] = [prediction(), label(3)];
    await recordPredictions(db, [open]);
    const labelledId = await sampleOf(db, labelled);
    const rows = await exported();
    const theirs = rows.map(row => ({ ...row, label: 9, strokes: [[0, 0]], guess: 0 }));
    expect(await importSamples(db, theirs)).toEqual({ added: 0, known: 2 });
    const ours = await listSamples(db, { limit: 9 });
    const find = (drawing: string) => ours.find(row => row.drawing === drawing);
    expect(find(open.drawing)).toMatchObject({ label: 9, guess: 7, strokes: open.strokes, author: 'ada' });
    expect(find(labelled.drawing)).toMatchObject({ label: 3, strokes: labelled.strokes });
    await changeLabel(db, { id: labelledId, digit: null, by: { author: 'ada', admin: false } });
    await importSamples(db, rows);
    expect((await listSamples(db, { limit: 9 })).find(({ id }) => id === labelledId)).toMatchObject({
      label: 3,
    });
  });

  test('[L10] the same drawing twice in a file, or in two imports at once, is there once', async () => {
    for (let digit = 0; digit < 10; digit++) await recordLabel(db, label(digit));
    const rows = (await exported()).map(row => ({ ...row, drawing: randomUUID() }));
    await empty(db);
    expect(await importSamples(db, [])).toEqual({ added: 0, known: 0 });
    const answers = await Promise.all([
      importSamples(db, [...rows, ...rows]),
      importSamples(db, rows.toReversed()),
    ]);
    expect(answers[0].added + answers[1].added).toBe(10);
    expect(answers[0].known + answers[1].known).toBe(20);
    expect(await listSamples(db, { limit: 100 })).toHaveLength(10);
  });

  describe('pictures of the older application', () => {
    const columns = 'id SERIAL PRIMARY KEY, timestamp TIMESTAMPTZ, predicted_digit INT, true_label INT';
    const older = [
      `CREATE TABLE predictions (${columns}, image BYTEA)`,
      `INSERT INTO predictions (timestamp, predicted_digit, true_label, image)
        SELECT '2025-01-02 03:04:05Z', 7, nullif(row % 10, 0), decode('${png}', 'base64')
        FROM generate_series(1, 202) AS row`,
      // Neither is a PNG; the second has no bytes.
      `INSERT INTO predictions (predicted_digit, image) VALUES (7, '<script>'), (7, NULL)`,
    ];
    /** Rebuilds the table as the older application would have created it. */
    const reset = async (...statements: string[]) => {
      await execute(db, 'DROP TABLE predictions', ...statements);
      await db.run(applySchema);
    };
    /** The export serialised and parsed again, page by page. */
    const exported = async () => {
      const all: PortableSample[] = [];
      for (let after: number | null = 0; after !== null; ) {
        const page = await exportSamples(db, { after, limit: 50 });
        all.push(...page.samples.map(row => portableSampleSchema.parse(JSON.parse(JSON.stringify(row)))));
        after = page.next;
      }
      return all;
    };

    test('are exported, each under a stable name', async () => {
      await reset(...older);
      const lines = await exported();
      expect(lines).toHaveLength(202);
      expect(lines[2]).toEqual({
        drawing: expect.any(String),
        image: png,
        guess: 7,
        label: 3,
        at: '2025-01-02T03:04:05.000Z',
      });
      expect(new Set(lines.map(({ drawing }) => drawing)).size).toBe(202);
      await db.run(applySchema);
      expect(await exported()).toEqual(lines);
      expect(await importSamples(db, lines)).toEqual({ added: 0, known: 202 });
    });

    test.each([
      ['of Inkling', 'SELECT'],
      ['with pictures as text', `CREATE TABLE predictions (${columns}, image TEXT)`],
    ])('survive an import into a table %s and a new export', async (_, table) => {
      await reset(...older);
      const lines = await exported();
      await reset(table);
      await recordLabel(db, label(3));
      const [own] = await exported();
      expect(await importSamples(db, [...lines, ...lines.slice(0, 9)])).toEqual({ added: 202, known: 9 });
      expect(await importSamples(db, lines.toReversed())).toEqual({ added: 0, known: 202 });
      const byDrawing = (list: readonly PortableSample[]) => new Map(list.map(row => [row.drawing, row]));
      expect(byDrawing(await exported())).toEqual(byDrawing([...lines, own!]));
      const [newest] = await listSamples(db, { limit: 1 });
      expect(newest).toMatchObject({ strokes: null, author: null, hasImage: true, guess: 7 });
      expect(Buffer.from((await sampleImage(db, newest!.id))!.image!).toString('base64')).toBe(png);
      // They have no strokes, so nothing can be learned from them.
      expect(await countUntrained(db)).toBe(1);
    });

    test('include a row that the older application adds meanwhile', async () => {
      await reset(...older);
      await execute(db, `INSERT INTO predictions (image) VALUES (decode('${png}', 'base64'))`);
      expect(await exported()).toHaveLength(203);
    });
  });
});

describe('the schema of a portable picture', () => {
  const line = { drawing: randomUUID(), image: png, guess: 7, label: null, at: '2026-03-01T12:00:00.250Z' };

  test('accepts a valid line unchanged', () => expect(portableSampleSchema.parse(line)).toEqual(line));

  test.each([
    ['image', Buffer.from('<svg>').toString('base64')],
    ['image', null],
    ['label', 10],
    ['drawing', 7],
  ])('rejects a wrong %s and names the field', (name, value) => {
    const parsed = portableSampleSchema.safeParse({ ...line, [name]: value });
    expect(parsed.error?.issues.map(({ path }) => path[0])).toEqual([name]);
  });
});

describe('the schema of a portable drawing', () => {
  const line = {
    drawing: randomUUID(),
    strokes: [[1, 2, 3, 4]],
    raster: Buffer.alloc(784).toString('base64'),
    guess: 7,
    probabilities: Array(10).fill(0.1),
    label: 1,
    model: 'base',
    author: 'p-0123456789ab',
    room: 'lobby',
    at: '2026-03-01T12:00:00.250Z',
  };

  test('accepts a valid line unchanged', () => expect(portableSampleSchema.parse(line)).toEqual(line));

  test.each(
    Object.entries({
      drawing: 'no id',
      strokes: [[1, 2, 3]],
      raster: Buffer.alloc(783).toString('base64'),
      guess: 10,
      probabilities: [1],
      label: -1,
      model: '',
      author: randomUUID(),
      room: 'Not A Room',
      at: 'yesterday',
    }),
  )('rejects a wrong %s and names the field', (name, value) => {
    const parsed = portableSampleSchema.safeParse({ ...line, [name]: value });
    expect(parsed.error?.issues.map(({ path }) => path[0])).toEqual([name]);
  });
});
