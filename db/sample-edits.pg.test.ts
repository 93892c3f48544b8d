import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Database } from './connection/open-database.ts';
import { countAnswers, countByDigit, countUntrained } from './label-counts.ts';
import { recordNetwork } from './networks.ts';
import { recordLabel, recordPredictions } from './predictions.ts';
import { changeLabel, deleteSample, getSample } from './sample-edits.ts';
import { labelOf, listSamples } from './sample-queries.ts';
import { countLabels } from './testing/count-labels.ts';
import { execute, kinds, label, prediction, sampleOf, untouched, useDatabases } from './testing/databases.ts';

const databases = useDatabases();
const ada = { author: 'ada', admin: false };
const eve = { author: 'eve', admin: false };
const nobody = { author: null, admin: false };
const admin = { author: null, admin: true };

describe.each(kinds)('on %s', kind => {
  let db: Database;
  databases.eachTest(kind, opened => {
    db = opened;
  });

  const learned = () =>
    execute(
      db,
      `UPDATE predictions SET feedback_processed = TRUE, trained_in = 'v2' WHERE true_label IS NOT NULL`,
    );

  test('a sample is returned whole', async () => {
    const row = label(3);
    const id = await sampleOf(db, row);
    const { digit, ...drawn } = row;
    const sample = { ...drawn, ...untouched, id, label: digit, hasImage: false, trainedIn: null };
    expect(await getSample(db, id)).toEqual(sample);
    await learned();
    expect(await getSample(db, id)).toMatchObject({ trainedIn: 'v2' });
    expect(await getSample(db, 2_000_000_000)).toBeNull();
  });

  test('[L8] the author changes a label, and it is to be trained', async () => {
    const id = await sampleOf(db, label(3));
    await learned();
    expect(await changeLabel(db, { id, digit: 3, by: ada })).toMatchObject({ id, label: 3 });
    expect(await countUntrained(db)).toBe(0);
    expect(await changeLabel(db, { id, digit: 5, by: ada })).toMatchObject({ id, label: 5, guess: 7 });
    expect(await countUntrained(db)).toBe(1);
    expect(await getSample(db, id)).toMatchObject({ trainedIn: null });
  });

  test('[L8] a label can be taken off and given again', async () => {
    const id = await sampleOf(db, label(3));
    await learned();
    expect(await changeLabel(db, { id, digit: null, by: ada })).toMatchObject({ label: null });
    expect([await countLabels(db), await countUntrained(db)]).toEqual([0, 0]);
    await changeLabel(db, { id, digit: 3, by: ada });
    expect([await countLabels(db), await countUntrained(db)]).toEqual([1, 1]);
  });

  test('[L8] the label of a drawing is read alone', async () => {
    const row = label(4);
    await recordLabel(db, row);
    expect(await labelOf(db, row.drawing)).toBe(4);
    expect(await labelOf(db, randomUUID())).toBeNull();
  });

  test('[L8] a host changes labels of others in the own room alone', async () => {
    const [inside, outside] = [await sampleOf(db, { ...label(3), room: '4b' }), await sampleOf(db, label(3))];
    const change = { digit: 1, by: eve, room: '4b' };
    expect(await changeLabel(db, { ...change, id: inside })).toBe('not_yours');
    expect(await changeLabel(db, { ...change, id: inside, isHost: true })).toMatchObject({ label: 1 });
    expect(await changeLabel(db, { ...change, id: outside, isHost: true })).toBe('not_found');
  });

  test('[L8] an admin changes and deletes samples of others, those without an author too', async () => {
    const id = await sampleOf(db, label(3));
    await execute(db, 'INSERT INTO predictions (predicted_digit, true_label) VALUES (1, 7)');
    const { id: old, drawing } = (await listSamples(db, { limit: 1 }))[0]!;
    for (const by of [eve, nobody])
      for (const sample of [id, old]) {
        expect(await changeLabel(db, { id: sample, digit: 1, by })).toBe('not_yours');
        expect(await deleteSample(db, { id: sample, by })).toBe('not_yours');
      }
    expect((await listSamples(db, { limit: 9 })).map(row => row.label)).toEqual([7, 3]);
    expect(await changeLabel(db, { id: old, digit: 2, by: admin })).toMatchObject({ label: 2 });
    expect(await deleteSample(db, { id: old, by: admin })).toEqual({ drawing });
    expect(await deleteSample(db, { id, by: ada })).toEqual({ drawing: expect.any(String) });
    expect(await deleteSample(db, { id, by: ada })).toBe('not_found');
    const elsewhere = await sampleOf(db, label(1, { room: '4b', author: 'kim' }));
    expect(await changeLabel(db, { id: elsewhere, digit: 1, by: ada })).toBe('not_found');
    expect(await deleteSample(db, { id: elsewhere, by: ada })).toBe('not_found');
    expect(await deleteSample(db, { id: elsewhere, by: ada, room: '4b' })).toBe('not_yours');
    expect(await changeLabel(db, { id, digit: 1, by: admin })).toBe('not_found');
  });

  test('labels and wrong predictions are counted by digit and by room', async () => {
    for (const digit of [7, 7, 1, 0]) await recordLabel(db, label(digit));
    await recordLabel(db, label(1, { room: 'attic' }));
    await recordLabel(db, label(9, { guess: null, probabilities: null, model: null }));
    await recordPredictions(db, [prediction()]);
    expect(await countByDigit(db)).toEqual({
      labelled: [1, 2, 0, 0, 0, 0, 0, 2, 0, 1],
      wrong: [1, 2, 0, 0, 0, 0, 0, 0, 0, 0],
      untrained: 6,
    });
    await learned();
    expect(await countByDigit(db, { room: 'attic' })).toEqual({
      labelled: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
      wrong: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
      untrained: 0,
    });
  });

  test('untrained labels are counted since a given time', async () => {
    await recordLabel(db, label(1, { at: new Date('2026-01-01T00:00:00Z') }));
    await recordLabel(db, label(2, { at: new Date('2026-01-03T00:00:00Z') }));
    expect(await countUntrained(db)).toBe(2);
    expect(await countUntrained(db, { since: new Date('2026-01-02T00:00:00Z') })).toBe(1);
  });

  test('[V7] the answers to a version are counted for its own predictions, and by nobody alone', async () => {
    for (const digit of [7, 7, 1]) await recordLabel(db, label(digit, { model: 'v2' }));
    await recordLabel(db, label(1, { model: 'v1' }));
    await recordPredictions(db, [prediction({ model: 'v2' })]);
    for (let nth = 0; nth < 9; nth++) await recordLabel(db, label(1, { model: 'v2', author: 'eve' }));
    const tally = (limits: { perAuthor?: number; perNetwork?: number } = {}) =>
      countAnswers(db, { room: 'lobby', version: 'v2', ...limits });
    expect(await tally({ perAuthor: 3 })).toEqual({ confirmed: 2, corrected: 4, correctors: 2 });
    expect(await tally({ perAuthor: 50 })).toEqual({ confirmed: 2, corrected: 10, correctors: 2 });
    expect(await tally()).toEqual({ confirmed: 2, corrected: 6, correctors: 2 });
    expect(await countAnswers(db, { room: 'lobby', version: 'v3' })).toEqual({
      confirmed: 0,
      corrected: 0,
      correctors: 0,
    });
    // A hundred sessions of one network have no more weight than two.
    for (let nth = 0; nth < 100; nth++) {
      const author = `author ${nth}`;
      await recordNetwork(db, { author, network: 'one' });
      await recordLabel(db, label(1, { model: 'v2', author }));
    }
    expect(await tally()).toMatchObject({ confirmed: 2, corrected: 16 });
  });
});
