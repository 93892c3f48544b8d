import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SchemaValidationError, sql } from 'slonik';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { applySchema } from './connection/apply-schema.ts';
import type { Database } from './connection/open-database.ts';
import { exportSamples } from './export.ts';
import { listLeastSure } from './least-sure.ts';
import { type PredictionRow, recordLabel, recordPredictions, relabel } from './predictions.ts';
import { readOutdated, recordRereadings } from './rereadings.ts';
import { changeLabel, deleteSample, getSample } from './sample-edits.ts';
import { listSamples, sampleImage, samplePage } from './sample-queries.ts';
import { countLabels } from './testing/count-labels.ts';
import {
  claimed,
  empty,
  execute,
  kinds,
  label,
  noon,
  prediction,
  sampleOf,
  startedJob,
  untouched,
  useDatabases,
} from './testing/databases.ts';

const later = new Date('2026-03-01T12:05:00.000Z');

const databases = useDatabases();

describe.each(kinds)('on %s', kind => {
  let db: Database;
  beforeAll(async () => {
    db = await databases.open(kind);
  }, 600_000);
  afterAll(() => db.close());

  const rowOf = async (drawing: string) =>
    (await listSamples(db, { limit: 1000 })).filter(row => row.drawing === drawing)[0]!;
  const learned = (drawing: string) =>
    db.run(connection =>
      connection.query(
        sql.unsafe`UPDATE predictions SET feedback_processed = TRUE WHERE drawing = ${drawing}::uuid`,
      ),
    );
  const isLearned = (drawing: string) =>
    db.run(connection =>
      connection.oneFirst(
        sql.type(
          z.object({ done: z.boolean() }),
        )`SELECT feedback_processed AS done FROM predictions WHERE drawing = ${drawing}::uuid`,
      ),
    );

  test('answers and reports its kind', async () => {
    expect(db.kind).toBe(kind);
    expect(await db.trouble()).toBeNull();
  });

  test('a recorded drawing is read back unchanged', async () => {
    const row = prediction();
    await recordPredictions(db, [row]);
    const { raster: _, ...rest } = row;
    expect(await rowOf(row.drawing)).toEqual({
      ...rest,
      ...untouched,
      id: expect.any(Number),
      hasImage: false,
      label: null,
    });
    const raster = await db.run(connection =>
      connection.oneFirst(
        sql.type(
          z.object({ raster: z.instanceof(Uint8Array) }),
        )`SELECT raster FROM predictions WHERE drawing = ${row.drawing}::uuid`,
      ),
    );
    expect([...raster]).toEqual([...row.raster]);
  });

  test('a drawing without a prediction and an empty one are stored too', async () => {
    const row = prediction({ guess: null, probabilities: null, model: null, strokes: [] });
    await recordPredictions(db, [row, prediction(), prediction()]);
    expect(await rowOf(row.drawing)).toMatchObject({
      guess: null,
      probabilities: null,
      model: null,
      strokes: [],
    });
    await recordPredictions(db, []);
  });

  test('[L2] a drawing finished twice is one sample with its newest state, also within one batch', async () => {
    const first = prediction({ guess: 1 });
    await recordPredictions(db, [first, { ...first, guess: 2, strokes: [[1, 1]] }]);
    const { id } = await rowOf(first.drawing);
    expect(await rowOf(first.drawing)).toMatchObject({ guess: 2, strokes: [[1, 1]] });
    await recordPredictions(db, [{ ...first, guess: null, probabilities: null, model: null }]);
    expect(await rowOf(first.drawing)).toMatchObject({ id, guess: 2, strokes: first.strokes });
  });

  test('[L2] a label is idempotent', async () => {
    const row = label(4);
    const before = await countLabels(db);
    const first = await recordLabel(db, row);
    expect(first).toEqual({ sample: expect.any(Number) });
    await learned(row.drawing);
    expect(await recordLabel(db, { ...row, at: later })).toEqual(first);
    expect(await recordLabel(db, { ...row, guess: null, probabilities: null, model: null })).toEqual(first);
    expect(await countLabels(db)).toBe(before + 1);
    expect(await rowOf(row.drawing)).toMatchObject({ label: 4, guess: 7, at: noon, model: 'base' });
    expect(await isLearned(row.drawing)).toBe(true);
  });

  test('[L2] another label replaces the first and is to be trained', async () => {
    const row = label(4);
    const first = await recordLabel(db, row);
    await learned(row.drawing);
    expect(await recordLabel(db, { ...row, digit: 9, at: later })).toEqual(first);
    expect(await rowOf(row.drawing)).toMatchObject({ label: 9 });
    expect(await isLearned(row.drawing)).toBe(false);
  });

  test('[L2] a label for a drawing that was finished before fills that sample', async () => {
    const row = prediction();
    await recordPredictions(db, [row]);
    const { id } = await rowOf(row.drawing);
    expect(await recordLabel(db, { ...row, digit: 1 })).toEqual({ sample: id });
  });

  test('[L3] a drawing finished after its label is stored as it is finished, with its label, room and time', async () => {
    const row = label(3);
    await recordLabel(db, row);
    const before = await rowOf(row.drawing);
    const strokes = [...row.strokes, [5, 5]];
    const raster = Uint8Array.from(row.raster).fill(9);
    await recordPredictions(db, [{ ...row, guess: 1, strokes, raster, room: 'other', at: later }]);
    expect(await rowOf(row.drawing)).toEqual({ ...before, guess: 1, strokes });
    expect((await getSample(db, before.id))?.raster).toEqual(raster);
  });

  test('[L3] finished ink that no version has seen is to be trained, the same ink is not', async () => {
    const row = label(3);
    await recordLabel(db, row);
    await learned(row.drawing);
    await recordPredictions(db, [row]);
    expect(await isLearned(row.drawing)).toBe(true);
    await recordPredictions(db, [{ ...row, raster: Uint8Array.from(row.raster).fill(9) }]);
    expect(await isLearned(row.drawing)).toBe(false);
    expect(await rowOf(row.drawing)).toMatchObject({ label: 3 });
  });

  test('[E11] no session writes over another author’s drawing', async () => {
    const row = label(3);
    await recordLabel(db, row);
    const open = prediction();
    await recordPredictions(db, [open]);
    const before = [await rowOf(row.drawing), await rowOf(open.drawing)];
    expect(await recordLabel(db, { ...row, digit: 5, author: 'eve' })).toBe('not_yours');
    expect(await recordLabel(db, { ...open, digit: 5, author: 'eve' })).toBe('not_yours');
    expect(await relabel(db, { drawing: row.drawing, digit: 5, author: 'eve', at: later })).toBe('not_yours');
    await recordPredictions(db, [{ ...open, guess: 5, author: 'eve' }]);
    expect([await rowOf(row.drawing), await rowOf(open.drawing)]).toEqual(before);
  });

  test('[L5] a drawing that only the database knows is labelled by its author', async () => {
    const row = prediction();
    await recordPredictions(db, [row]);
    const { id } = await rowOf(row.drawing);
    const change = { drawing: row.drawing, author: 'ada', at: later };
    expect(await relabel(db, { ...change, digit: 2 })).toEqual({ sample: id });
    await learned(row.drawing);
    expect(await relabel(db, { ...change, digit: 2 })).toEqual({ sample: id });
    expect(await isLearned(row.drawing)).toBe(true);
    expect(await relabel(db, { ...change, digit: 8 })).toEqual({ sample: id });
    expect(await isLearned(row.drawing)).toBe(false);
    expect(await rowOf(row.drawing)).toMatchObject({ label: 8, strokes: row.strokes });
    expect(await relabel(db, { ...change, drawing: randomUUID(), digit: 2 })).toBe('unknown');
  });

  describe('predicted again by a later version', () => {
    const room = 'reread';
    const seven = [0, 0, 0, 0, 0, 0, 0.125, 0.75, 0, 0.125];
    const four = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0];
    const outdated = (version: string, limit = 100) => readOutdated(db, { room, version, limit });
    const inOrder = async (drawings: readonly string[]) =>
      Promise.all(drawings.map(async drawing => (await rowOf(drawing)).id));
    /** Predicts what is outdated again. */
    async function reread(model: string) {
      const { samples } = await outdated(model);
      const read = { model, digit: 4, probabilities: four };
      await recordRereadings(
        db,
        samples.map(sample => ({ ...sample, ...read })),
      );
    }

    test('[L13] the prediction of a later version stands beside the first one', async () => {
      const row = prediction({ room });
      await recordPredictions(db, [row]);
      await reread('taught-1');
      expect(await rowOf(row.drawing)).toMatchObject({
        guess: 7,
        probabilities: seven,
        model: 'base',
        rereadDigit: 4,
        rereadProbabilities: four,
        rereadModel: 'taught-1',
      });
      // A rollback: the first version reads it again.
      expect((await outdated('taught-1')).samples).toEqual([]);
      expect((await outdated('base')).samples).toHaveLength(1);
    });

    test('[L13] a label given after training leaves the first prediction, and so does a repeated finish', async () => {
      const row = prediction({ room });
      await recordPredictions(db, [row]);
      const now = { ...row, guess: 4, probabilities: four, model: 'taught-1' };
      const stored = {
        guess: 7,
        probabilities: seven,
        model: 'base',
        rereadDigit: 4,
        rereadModel: 'taught-1',
      };
      await recordLabel(db, { ...now, digit: 4 });
      expect(await rowOf(row.drawing)).toMatchObject(stored);
      await recordPredictions(db, [row]);
      expect(await rowOf(row.drawing)).toMatchObject({ ...stored, rereadProbabilities: four });
    });

    test('[L13] with other ink the earlier predictions go, and a late one of the old ink is not stored', async () => {
      const row = prediction({ room });
      await recordPredictions(db, [row]);
      await reread('taught-1');
      const { samples } = await outdated('taught-2');
      await recordPredictions(db, [{ ...row, raster: new Uint8Array(784), model: 'taught-1' }]);
      const late = samples.map(sample => ({ ...sample, model: 'taught-2', digit: 4, probabilities: four }));
      await recordRereadings(db, late);
      expect(await rowOf(row.drawing)).toMatchObject({
        model: 'taught-1',
        rereadDigit: null,
        rereadModel: null,
      });
    });

    test('[V15] the newest samples of the room come first, in pages, and those that are up to date not at all', async () => {
      const place = 'reread-pages';
      const rows = ['base', 'taught-1', null, 'base'].map(model => prediction({ room: place, model }));
      for (const row of rows) await recordPredictions(db, [row]);
      await recordPredictions(db, [prediction({ room: 'elsewhere' })]);
      const [first, , third, fourth] = await inOrder(rows.map(({ drawing }) => drawing));
      const page = { room: place, version: 'taught-1', limit: 3 };
      const one = await readOutdated(db, page);
      expect(one.samples.map(({ id }) => id)).toEqual([fourth, third]);
      const two = await readOutdated(db, { ...page, before: one.next ?? 0 });
      expect([two.samples.map(({ id }) => id), two.next]).toEqual([[first], null]);
    });
  });

  test('[L12] the unlabelled drawings of a room are listed least sure first, by the latest prediction', async () => {
    const room = 'unsure';
    const margin = (size: number) => [0.5 + size / 2, 0.5 - size / 2, 0, 0, 0, 0, 0, 0, 0, 0];
    const of = (size: number, change: Partial<PredictionRow> = {}) =>
      prediction({
        room,
        probabilities: margin(size),
        raster: Uint8Array.from({ length: 784 }, () => 200 * size),
        ...change,
      });
    const [sure, close, closest, hers] = [of(0.9), of(0.2), of(0.1), of(0.3, { author: 'bo' })];
    await recordPredictions(db, [sure, close, closest, hers, prediction({ room, probabilities: null })]);
    await recordPredictions(db, [of(0.01, { room: 'elsewhere' })]);
    const hidden = of(0.05);
    await recordPredictions(db, [hidden]);
    await execute(db, `UPDATE predictions SET veil = 'hidden' WHERE drawing = '${hidden.drawing}'`);
    await recordLabel(db, { ...of(0.02), digit: 1 });
    const listed = async (change: { author?: string; limit?: number } = {}) =>
      (await listLeastSure(db, { room, limit: 10, ...change })).map(({ drawing }) => drawing);
    expect(await listed()).toEqual([closest, close, hers, sure].map(({ drawing }) => drawing));
    expect(await listed({ limit: 1 })).toEqual([closest.drawing]);
    expect(await listed({ author: 'bo' })).toEqual([hers.drawing]);
    const { id } = await rowOf(sure.drawing);
    const now = {
      id,
      raster: new Uint8Array(sure.raster),
      digit: 0,
      probabilities: margin(0.05),
      model: 'taught-1',
    };
    await recordRereadings(db, [now]);
    expect((await listed())[0]).toBe(sure.drawing);
    await recordLabel(db, { ...sure, digit: 1 });
    expect(await listed()).not.toContain(sure.drawing);
  });

  test('[L12] in a big table an index has the least sure drawings in order', async () => {
    await execute(
      db,
      `INSERT INTO predictions (room, author, probabilities)
        SELECT 'big ' || n % 3, 'ada', ARRAY[0.5 + n / 20000.0, 0.5 - n / 20000.0]::real[] FROM generate_series(1, 6000) AS n`,
      'ANALYZE predictions',
    );
    const plan = await db.run(connection =>
      connection.anyFirst(sql.type(z.object({ 'QUERY PLAN': z.string() }))`
        EXPLAIN SELECT id FROM predictions
        WHERE room = 'big 1' AND true_label IS NULL AND veil IS NULL AND probabilities IS NOT NULL
        ORDER BY digit_margin(coalesce(reread_probabilities, probabilities)), id DESC LIMIT 30`),
    );
    expect(plan.join('\n')).toContain('predictions_unsure');
    expect(plan.join('\n')).not.toContain('Sort');
    await execute(db, `DELETE FROM predictions WHERE room LIKE 'big %'`);
  });

  test('[L9] the list is newest first, in pages, by room, label, error, digit and model', async () => {
    const room = `room-${kind}`;
    const [a, b, c, d] = [
      prediction({ room, guess: 1 }),
      label(2, { room, guess: 1 }),
      label(1, { room, guess: 1, model: 'v2' }),
      prediction({ room, guess: null, probabilities: null, model: null }),
    ];
    await recordPredictions(db, [a]);
    await recordLabel(db, b);
    await recordLabel(db, c);
    await recordPredictions(db, [d]);
    const drawings = async (filter: object) =>
      (await listSamples(db, { room, limit: 10, ...filter })).map(row => row.drawing);
    expect(await drawings({})).toEqual([d, c, b, a].map(row => row.drawing));
    expect(await drawings({ limit: 2 })).toEqual([d.drawing, c.drawing]);
    const { id } = await rowOf(c.drawing);
    expect(await drawings({ before: id })).toEqual([b.drawing, a.drawing]);
    expect(await drawings({ before: 9e15 })).toHaveLength(4);
    expect(await drawings({ labelled: true })).toEqual([c.drawing, b.drawing]);
    expect(await drawings({ labelled: false })).toEqual([d.drawing, a.drawing]);
    expect(await drawings({ wrong: true })).toEqual([b.drawing]);
    expect(await drawings({ wrong: false })).toEqual([c.drawing]);
    expect(await drawings({ digit: 1 })).toEqual([c.drawing, a.drawing]);
    expect(await drawings({ model: 'v2' })).toEqual([c.drawing]);
    expect(await drawings({ room: 'nowhere' })).toEqual([]);
  });

  test('a drawing of ten thousand points is stored whole', async () => {
    const stroke = Array.from({ length: 20_000 }, (_, index) => index % 1024);
    const row = label(0, { strokes: [stroke] });
    await recordLabel(db, row);
    expect((await rowOf(row.drawing)).strokes).toEqual([stroke]);
  });

  test('a page of large drawings ends early; all pages together have every drawing', async () => {
    const room = `big-${kind}`;
    const noise = (seed: number) =>
      Array.from({ length: 20_000 }, (_, i) => (i * 7919 * seed + ((i * i) % 997)) % 1024);
    const big = [1, 2, 3, 4, 5].map(seed => prediction({ room, strokes: [noise(seed)] }));
    await recordPredictions(db, big);
    const found: (string | null)[] = [];
    let pages = 0;
    for (let before: number | null | undefined; before !== null; pages++) {
      const page = await samplePage(db, { room, limit: 100, before });
      expect(page.samples.length).toBeLessThan(5);
      found.push(...page.samples.map(row => row.drawing));
      before = page.next;
    }
    expect(pages).toBeGreaterThan(1);
    expect(found.sort()).toEqual(big.map(row => row.drawing).sort());
    expect(await samplePage(db, { room: 'nowhere', limit: 2 })).toEqual({ samples: [], next: null });
    const { samples, next } = await exportSamples(db, { room, limit: 100 });
    expect(samples.length).toBeLessThan(5);
    expect(next).not.toBeNull();
  });

  test('[L2] many labels at once, the same ones among them, are each there once', async () => {
    const before = await countLabels(db);
    const rows = Array.from({ length: 30 }, (_, index) => label(index % 10));
    const answers = await Promise.all([...rows, ...rows].map(row => recordLabel(db, row)));
    expect(answers.slice(30)).toEqual(answers.slice(0, 30));
    expect(await countLabels(db)).toBe(before + 30);
  });

  test('rows are validated against their schema', async () => {
    const wrong = db.run(connection =>
      connection.one(sql.type(z.object({ digit: z.int().max(9) }))`SELECT 10 AS digit`),
    );
    await expect(wrong).rejects.toBeInstanceOf(SchemaValidationError);
    const parsed = await db.run(connection =>
      connection.oneFirst(sql.type(z.object({ digit: z.int().transform(String) }))`SELECT 7 AS digit`),
    );
    expect(parsed).toBe('7');
  });

  test('wrong SQL throws its own error, because it is a bug', async () => {
    const wrong = db.run(connection => connection.any(sql.unsafe`SELECT nothing FROM predictions`));
    await expect(wrong).rejects.toThrow('column "nothing" does not exist');
    await expect(wrong).rejects.not.toMatchObject({ name: 'DatabaseUnavailable' });
    expect(await db.trouble()).toBeNull();
  });

  test('an abandoned transaction does not roll back later writes', async () => {
    const given = db.run(
      connection =>
        connection.transaction(async transaction => {
          await transaction.query(sql.unsafe`SELECT 1`);
          await new Promise(resolve => setTimeout(resolve, 200));
          await transaction.query(sql.unsafe`SELECT 2`);
        }),
      50,
    );
    await expect(given).rejects.toMatchObject({ name: 'DatabaseUnavailable' });
    const row = label(6);
    await recordLabel(db, row);
    await new Promise(resolve => setTimeout(resolve, 300));
    // An uncommitted write would be visible here.
    const open = sql.type(z.object({ open: z.boolean() }))`
      SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS open`;
    expect(await db.run(connection => connection.oneFirst(open))).toBe(false);
    expect(await rowOf(row.drawing)).toMatchObject({ label: 6 });
  });

  test('a database without versions keeps its labels, and a job learns them', async () => {
    await execute(
      db,
      'DROP TABLE predictions, authors, aliases, promotions, models, jobs',
      `CREATE TABLE predictions (
        id SERIAL PRIMARY KEY, "timestamp" TIMESTAMPTZ DEFAULT now(), predicted_digit INT, true_label INT,
        image BYTEA, created_at TIMESTAMPTZ DEFAULT now(), feedback_processed BOOLEAN DEFAULT FALSE,
        drawing UUID UNIQUE, room TEXT, author TEXT, strokes JSONB, raster BYTEA, probabilities REAL[],
        model TEXT, labelled_at TIMESTAMPTZ)`,
      'CREATE INDEX predictions_room ON predictions (room, id)',
      `CREATE INDEX predictions_unlearned ON predictions (id)
        WHERE true_label IS NOT NULL AND feedback_processed IS NOT TRUE`,
      `INSERT INTO predictions (drawing, room, author, strokes, raster, predicted_digit, true_label, labelled_at)
        VALUES ('${randomUUID()}', 'lobby', 'ada', '[[1,2]]', decode(repeat('ff', 784), 'hex'), 7, 1, now())`,
    );
    await db.run(applySchema);
    await db.run(applySchema);
    expect(await claimed(db, await startedJob(db))).toMatchObject({
      samples: [{ id: 1, author: 'ada', digit: 1, guess: 7, strokes: [[1, 2]] }],
    });
    await empty(db);
  });

  describe('a database made by the older application', () => {
    // The smallest PNG: one transparent pixel.
    const base64 =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
    const png = Buffer.from(base64, 'base64');
    const hex = `'\\x${png.toString('hex')}'`;

    const shapes = {
      plain: {
        columns: `timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, predicted_digit INTEGER, true_label INTEGER,
          image BYTEA, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, feedback_processed BOOLEAN DEFAULT FALSE`,
        image: hex,
      },
      strict: {
        columns: `timestamp TIMESTAMPTZ NOT NULL, predicted_digit SMALLINT NOT NULL, true_label SMALLINT NOT NULL,
          image BYTEA NOT NULL, created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
          feedback_processed BOOLEAN NOT NULL DEFAULT FALSE`,
        image: hex,
      },
      'base64 text': {
        columns: `timestamp TIMESTAMP NOT NULL, predicted_digit INT NOT NULL, true_label INT NOT NULL,
          image TEXT NOT NULL, created_at TIMESTAMP DEFAULT now(), feedback_processed BOOLEAN DEFAULT FALSE`,
        image: `'${base64}'`,
      },
      'data address': {
        columns: 'timestamp TIMESTAMP, predicted_digit INT, true_label INT, image TEXT',
        image: `'data:image/png;base64,${base64}'`,
      },
      'counted in BIGINT': {
        key: 'BIGSERIAL',
        columns: `timestamp TIMESTAMP, predicted_digit BIGINT, true_label BIGINT, image BYTEA`,
        image: hex,
      },
      'counted in SMALLINT': {
        key: 'SMALLSERIAL',
        columns: 'timestamp TIMESTAMP, predicted_digit SMALLINT, true_label SMALLINT, image BYTEA',
        image: hex,
      },
      'letters as bytes': {
        columns: 'timestamp TIMESTAMP, predicted_digit INT, true_label INT, image BYTEA',
        image: `convert_to('${base64}', 'UTF8')`,
      },
    };

    const older: [string, { key?: string; columns: string; image: string }][] = Object.entries(shapes);
    test.each(older)('%s: keeps and shows every row', async (_, { key = 'SERIAL', columns, image }) => {
      const run = (text: string) => execute(db, text);
      await run('DROP TABLE predictions');
      await run(`CREATE TABLE predictions (id ${key} PRIMARY KEY, ${columns})`);
      await run(`INSERT INTO predictions (timestamp, predicted_digit, true_label, image)
        VALUES ('2025-01-02 03:04:05', 7, 1, ${image}), ('2025-01-02 03:04:06', 3, 3, ${image})`);
      await db.run(applySchema);
      await db.run(applySchema);

      const unknown = {
        drawing: expect.any(String),
        author: null,
        room: null,
        strokes: null,
        probabilities: null,
        ...untouched,
      };
      expect(await listSamples(db, { limit: 10 })).toEqual([
        { ...unknown, id: 2, at: at(6), hasImage: true, model: null, guess: 3, label: 3 },
        { ...unknown, id: 1, at: at(5), hasImage: true, model: null, guess: 7, label: 1 },
      ]);
      expect(Buffer.from((await sampleImage(db, 1))!.image!)).toEqual(png);

      const row = prediction({ guess: null, probabilities: null, model: null });
      await recordPredictions(db, [row]);
      expect(await recordLabel(db, { ...row, digit: 5 })).toEqual({ sample: 3 });
      expect(await rowOf(row.drawing)).toMatchObject({ at: noon, label: 5, guess: null });
      expect(await sampleImage(db, 3)).toMatchObject({ image: null });
      expect(await sampleImage(db, 999)).toBeNull();
      expect(await listSamples(db, { limit: 10, wrong: true })).toHaveLength(1);
    });

    test('a BIGINT key beyond the range of INT works like any other', async () => {
      await execute(
        db,
        'DROP TABLE predictions, jobs',
        'CREATE TABLE predictions (id BIGSERIAL PRIMARY KEY, predicted_digit INT, true_label INT, image BYTEA)',
      );
      await db.run(applySchema);
      await execute(db, 'ALTER SEQUENCE predictions_id_seq RESTART WITH 5000000000');
      const row = label(4);
      const id = 5_000_000_000;
      expect(await recordLabel(db, row)).toEqual({ sample: id });
      expect(await relabel(db, { drawing: row.drawing, digit: 5, author: 'ada', at: later })).toEqual({
        sample: id,
      });
      const by = { author: 'ada', admin: false };
      expect(await changeLabel(db, { id, digit: 6, by })).toMatchObject({ id, label: 6 });
      expect(await listSamples(db, { limit: 9, before: id + 1 })).toMatchObject([{ id }]);
      const job = await startedJob(db, [id, 3]);
      expect(job.samples).toEqual([id]);
      expect(await claimed(db, job)).toMatchObject({ samples: [{ id, digit: 6 }] });
      expect((await exportSamples(db, { limit: 1 })).next).toBe(id);
      expect(await getSample(db, id)).toMatchObject({ id, label: 6 });
      expect(await deleteSample(db, { id, by })).toEqual({ drawing: row.drawing });
      await empty(db);
    });

    test('a job request drops ids that its column cannot hold', async () => {
      await execute(db, 'DROP TABLE predictions, jobs');
      await db.run(applySchema);
      const there = await sampleOf(db, label(4));
      expect((await startedJob(db, [5_000_000_000, there])).samples).toEqual([there]);
      await execute(db, `UPDATE predictions SET image = ${hex}`);
    });

    test('bytes that are not a PNG are not served as a picture', async () => {
      await db.run(connection =>
        connection.query(sql.unsafe`UPDATE predictions SET image = '<script>'::bytea WHERE id = 1`),
      );
      expect(await sampleImage(db, 1)).toMatchObject({ image: null });
    });

    const at = (second: number) => new Date(Date.UTC(2025, 0, 2, 3, 4, second));
  });
});

test('init.sql as a whole is a valid script and can run twice', async () => {
  const pg = await import('pg');
  const client = new pg.default.Client({
    connectionString: await databases.server().createDatabase('script'),
  });
  await client.connect();
  const script = await readFile(new URL('../init.sql', import.meta.url), 'utf8');
  await client.query(script);
  await client.query(script);
  await client.end();
});
