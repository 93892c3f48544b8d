import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Database } from './connection/open-database.ts';
import { endJob, type Job } from './jobs.ts';
import { countByDigit, countUntrained } from './label-counts.ts';
import { addCandidate, ensureBase } from './models.ts';
import { recordLabel, recordPredictions } from './predictions.ts';
import { promoteModel } from './promotion.ts';
import { house } from './rooms.ts';
import { getSample } from './sample-edits.ts';
import { listSamples } from './sample-queries.ts';
import {
  claimed,
  execute,
  kinds,
  label,
  prediction,
  sampleOf,
  startedJob,
  useDatabases,
} from './testing/databases.ts';
import { readCorrections, readHeldOutSamples } from './training-samples.ts';

const databases = useDatabases();

describe.each(kinds)('on %s', kind => {
  let db: Database;
  databases.eachTest(kind, opened => {
    db = opened;
  });

  const store = (digit: number, author = 'ada', guess = 7) => sampleOf(db, label(digit, { author, guess }));
  const ids = (samples: readonly { id: number }[]) => samples.map(({ id }) => id);
  const give = (job: Job) => endJob(db, { job, state: 'refused', message: '' });

  /** Runs a job over all untrained samples and promotes its model. */
  let versions = 0;
  async function learn() {
    const weights = new Uint8Array(1);
    const [before, version] = [`v${versions}`, `v${++versions}`];
    await ensureBase(db, { version: before, card: { version: before }, weights });
    await addCandidate(db, {
      room: house,
      version,
      card: { version },
      weights,
      parent: before,
      source: 'server',
    });
    const job = await startedJob(db);
    await claimed(db, job);
    const promotion = { version, expectedChampion: before, by: 'gate', reason: '', job };
    expect(await promoteModel(db, { room: house, ...promotion })).toBe('promoted');
  }

  test('a training sample has the drawing and its label', async () => {
    const row = label(3);
    const id = await sampleOf(db, row);
    const { samples } = await claimed(db, await startedJob(db));
    const { drawing, author, strokes, raster, guess } = row;
    expect(samples).toEqual([{ id, drawing, author, strokes, raster, guess, digit: 3, accepted: false }]);
    expect(samples[0]!.raster.buffer.byteLength).toBe(784);
  });

  test('unlabelled rows, trained rows and pictures without strokes are not training samples', async () => {
    await store(1);
    await learn();
    await recordPredictions(db, [prediction()]);
    await execute(db, 'INSERT INTO predictions (predicted_digit, true_label) VALUES (1, 7)');
    expect(await claimed(db, await startedJob(db))).toEqual({
      samples: [],
      replayed: [],
      heldOut: 0,
      setAside: 0,
    });
    expect(await countUntrained(db)).toBe(0);
  });

  test('[J6] the newest labels come first, a bounded number of each author and in all', async () => {
    const eve = [];
    for (let digit = 0; digit < 6; digit++) eve.push(await store(digit, 'eve'));
    const ada = [await store(1), await store(2)];
    const job = await startedJob(db);
    const few = await claimed(db, job, { perAuthor: 3 });
    expect(ids(few.samples).toSorted((a, b) => a - b)).toEqual([...eve.slice(3), ...ada]);
    expect(ids((await claimed(db, job, { perAuthor: 3, limit: 2 })).samples)).toHaveLength(2);
    expect(ids((await claimed(db, job)).samples)).toHaveLength(8);
  });

  test('[J6] a drawing labelled again today is newer than one drawn after it', async () => {
    const old = label(1);
    const first = await sampleOf(db, old);
    const second = await sampleOf(db, label(2));
    expect(await sampleOf(db, { ...old, digit: 4, at: new Date() })).toBe(first);
    expect(ids((await claimed(db, await startedJob(db))).samples)).toEqual([first, second]);
  });

  test('[J2] a sample that a job claimed first and not again does not count as trained', async () => {
    await store(1);
    await store(2);
    const weights = new Uint8Array(1);
    await ensureBase(db, { version: 'base', card: { version: 'base' }, weights });
    await addCandidate(db, {
      room: house,
      version: 'a',
      card: { version: 'a' },
      weights,
      parent: 'base',
      source: 'server',
    });
    const job = await startedJob(db);
    await claimed(db, job);
    await claimed(db, job, { limit: 1 });
    await promoteModel(db, {
      room: house,
      version: 'a',
      expectedChampion: 'base',
      by: 'gate',
      reason: '',
      job,
    });
    expect(await countUntrained(db)).toBe(1);
  });

  test('[J6] a job for named samples learns exactly those, trained ones too', async () => {
    const learned = await store(1);
    await learn();
    const fresh = await store(2);
    await store(3);
    const unsaid = prediction();
    await recordPredictions(db, [unsaid]);
    const job = await startedJob(db, [learned, fresh, 2_000_000_000]);
    expect(ids((await claimed(db, job, { perAuthor: 1 })).samples).toSorted()).toEqual([learned, fresh]);
  });

  test('[J2] claims of a job that was refused are free', async () => {
    const sample = await store(1);
    const job = await startedJob(db);
    await claimed(db, job);
    await give(job);
    expect(ids((await claimed(db, await startedJob(db))).samples)).toEqual([sample]);
  });

  test('trained labels are replayed, corrections first, without the claimed ones', async () => {
    const confirmed = [await store(7), await store(7), await store(7)];
    const corrected = [await store(1), await store(2)];
    await learn();
    const job = await startedJob(db, [corrected[0]!]);
    const { replayed, samples } = await claimed(db, job, { maxReplayed: 3 });
    expect(ids(samples)).toEqual([corrected[0]]);
    expect(replayed[0]!.id).toBe(corrected[1]);
    expect(replayed).toHaveLength(3);
    expect(confirmed).toEqual(expect.arrayContaining(ids(replayed.slice(1))));
    expect((await claimed(db, job, { maxReplayed: 3 })).replayed).toEqual(replayed);
    expect((await claimed(db, job, { maxReplayed: 9, perAuthor: 2 })).replayed).toHaveLength(2);
  });

  test('`readCorrections` returns trained corrections', async () => {
    await store(7);
    const corrected = [await store(1), await store(2)];
    expect(await readCorrections(db, { room: 'lobby', limit: 9 })).toEqual([]);
    await learn();
    await store(3);
    const kept = await readCorrections(db, { room: 'lobby', limit: 9 });
    expect(kept).toMatchObject([
      { id: corrected[1], digit: 2, guess: 7 },
      { id: corrected[0], digit: 1, guess: 7 },
    ]);
    expect(await readCorrections(db, { room: 'lobby', limit: 9, perAuthor: 1 })).toHaveLength(1);
    expect(await readCorrections(db, { room: 'lobby', limit: 1 })).toHaveLength(1);
  });

  test('[J2] while people keep changing labels, a version has learned the labels it was shown and no others', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => label(index % 10));
    for (const row of rows) await recordLabel(db, row);
    await databases.refusals();
    const shown = new Map<string, number>();
    let running = true;
    const change = async (start: number) => {
      for (let turn = start; running; turn++) {
        const row = rows[(turn * 7) % rows.length]!;
        await recordLabel(db, { ...row, digit: turn % 10 });
        // Batches in changing order must not deadlock with each other or with the job.
        await recordPredictions(db, turn % 2 ? rows : rows.toReversed());
        // PGlite resolves without yielding to timers.
        await delay(1);
      }
    };
    const people = [1, 2, 3].map(change);
    const weights = new Uint8Array(1);
    await ensureBase(db, { version: 'r0', card: { version: 'r0' }, weights });
    try {
      for (let round = 1; round <= 10; round++) {
        const [before, version] = [`r${round - 1}`, `r${round}`];
        await addCandidate(db, {
          room: house,
          version,
          card: { version },
          weights,
          parent: before,
          source: 'server',
        });
        const job = await startedJob(db);
        for (const { id, digit } of (await claimed(db, job)).samples) shown.set(`${version} ${id}`, digit);
        await delay(20);
        const promotion = { version, expectedChampion: before, by: 'gate', reason: '', job };
        expect(await promoteModel(db, { room: house, ...promotion })).toBe('promoted');
      }
    } finally {
      running = false;
    }
    await Promise.all(people);
    let learned = 0;
    for (const { id, label: digit } of await listSamples(db, { limit: 100 })) {
      const { trainedIn } = (await getSample(db, id))!;
      if (trainedIn === null) continue;
      learned++;
      expect([id, trainedIn, shown.get(`${trainedIn} ${id}`)]).toEqual([id, trainedIn, digit]);
    }
    expect(await countUntrained(db)).toBe(rows.length - learned);
    // Verbs lock in one order, so the log shows no deadlock. db/locks.pg.test.ts tests the pairs.
    expect(await databases.refusals()).toEqual([]);
  });

  describe('authors', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];

    test('[J7] every fourth is held out, in the order of their first labels', async () => {
      for (const name of names) await store(1, name);
      const claim = await claimed(db, await startedJob(db));
      expect(claim.samples.map(({ author }) => author).toSorted()).toEqual([
        'a',
        'b',
        'c',
        'e',
        'f',
        'g',
        'i',
      ]);
      expect(claim.heldOut).toBe(2);
      expect((await readHeldOutSamples(db, { room: 'lobby', limit: 9 })).map(({ author }) => author)).toEqual(
        ['h', 'd'],
      );
    });

    test('[J7] a held-out author stays so for ever: named, alone, or after the others are gone', async () => {
      for (const name of names.slice(0, 3)) await store(1, name);
      const first = await startedJob(db);
      await claimed(db, first);
      await give(first);
      const asked = await store(1, 'd');
      const job = await startedJob(db, [asked]);
      expect(await claimed(db, job)).toMatchObject({ samples: [], heldOut: 1 });
      await give(job);
      await execute(db, 'DELETE FROM predictions');
      for (let digit = 0; digit < 3; digit++) await store(digit, 'd');
      const last = await startedJob(db);
      expect(await claimed(db, last)).toEqual({ samples: [], replayed: [], heldOut: 3, setAside: 0 });
      expect(await countUntrained(db)).toBe(0);
      expect((await countByDigit(db)).untrained).toBe(0);
      expect(await readHeldOutSamples(db, { room: 'lobby', limit: 9, perAuthor: 2 })).toHaveLength(2);
      expect(await readHeldOutSamples(db, { room: 'lobby', limit: 1 })).toMatchObject([
        { author: 'd', digit: 2 },
      ]);
    });

    test('[J7] an author who is held out before labelling again is not counted anew', async () => {
      for (const name of names.slice(0, 4)) await store(1, name);
      const job = await startedJob(db);
      await claimed(db, job);
      for (const name of names.slice(0, 7)) await store(2, name);
      const { samples } = await claimed(db, job);
      expect(new Set(samples.map(({ author }) => author))).toEqual(new Set(['a', 'b', 'c', 'e', 'f', 'g']));
    });
  });
});
