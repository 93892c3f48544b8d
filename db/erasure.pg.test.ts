import { beforeEach, describe, expect, test } from 'vitest';
import type { Database } from './connection/open-database.ts';
import { countOwn, dropWeights, eraseDrawings, eraseExpired } from './erasure.ts';
import { exportSamples } from './export.ts';
import { currentJob, endJob } from './jobs.ts';
import { addCandidate, ensureBase, listModels, loadModel, refuseCandidate } from './models.ts';
import { recordNetwork } from './networks.ts';
import { recordLabel, recordPredictions } from './predictions.ts';
import { promoteModel, rollBack } from './promotion.ts';
import { deleteSample } from './sample-edits.ts';
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

const databases = useDatabases();
const all = { limit: 100 };

describe.each(kinds)('on %s', kind => {
  let db: Database;
  databases.eachTest(kind, opened => {
    db = opened;
  });

  const drawingsLeft = async () => (await listSamples(db, { limit: 100 })).map(({ drawing }) => drawing);
  const age = (days: number) =>
    execute(db, `UPDATE predictions SET stored_at = now() - interval '${days} days 1 minute'`);
  const rowsOf = async (author: string) =>
    Promise.all(
      ['authors', 'networks'].map(table =>
        execute(
          db,
          `DO $$ BEGIN IF EXISTS (SELECT FROM ${table} WHERE author = '${author}') THEN
            RAISE EXCEPTION 'there'; END IF; END $$`,
        ).then(
          () => 'gone',
          () => 'there',
        ),
      ),
    );
  const version = (name: string, byte: number) => ({
    version: name,
    card: { version: name },
    weights: Uint8Array.of(byte, 2, 3),
  });
  const base = version('base', 1);
  const candidate = (name: string) =>
    addCandidate(db, { ...version(name, name.length), parent: 'base', source: 'server', room: 'lobby' });
  const promote = (name: string, expectedChampion: string) =>
    promoteModel(db, { room: 'lobby', version: name, expectedChampion, by: 'the gate', reason: 'better' });
  const erasedOf = async () =>
    Object.fromEntries(
      (await listModels(db, { room: 'lobby', limit: 9 })).map(each => [each.version, each.erased]),
    );

  test('[PV1] drawings that nobody labelled are erased after their days, labelled ones after theirs', async () => {
    const bare = prediction();
    const labelled = label(3);
    await recordPredictions(db, [bare]);
    await recordLabel(db, labelled);
    const never = { unlabelledDays: 0, labelledDays: 0, ...all };
    const usual = { unlabelledDays: 30, labelledDays: 0, ...all };
    await age(29);
    expect(await eraseExpired(db, usual)).toEqual([]);
    await age(30);
    expect(await eraseExpired(db, never)).toEqual([]);
    expect(await eraseExpired(db, usual)).toEqual([bare.drawing]);
    expect(await eraseExpired(db, usual)).toEqual([]);
    expect(await eraseExpired(db, { ...usual, labelledDays: 31 })).toEqual([]);
    expect(await eraseExpired(db, { ...usual, labelledDays: 30 })).toEqual([labelled.drawing]);
    expect(await drawingsLeft()).toEqual([]);
  });

  test('[PV1] a call erases a bounded number of drawings, the oldest first, and no picture of the older application', async () => {
    const rows = Array.from({ length: 5 }, () => prediction());
    await recordPredictions(db, rows);
    await execute(db, `INSERT INTO predictions (predicted_digit, image) VALUES (1, '\\x00')`);
    await execute(
      db,
      ...rows.map(
        ({ drawing }, index) =>
          `UPDATE predictions SET stored_at = now() - interval '${50 - index} days' WHERE drawing = '${drawing}'`,
      ),
      `UPDATE predictions SET stored_at = now() - interval '90 days' WHERE strokes IS NULL`,
    );
    const retention = { unlabelledDays: 30, labelledDays: 0, limit: 2 };
    const erased = [await eraseExpired(db, retention), await eraseExpired(db, retention)];
    expect(erased.map(ids => ids.toSorted())).toEqual([
      [rows[0]!.drawing, rows[1]!.drawing].toSorted(),
      [rows[2]!.drawing, rows[3]!.drawing].toSorted(),
    ]);
    expect(await eraseExpired(db, retention)).toEqual([rows[4]!.drawing]);
    expect(await eraseExpired(db, retention)).toEqual([]);
    expect(await listSamples(db, { limit: 9 })).toHaveLength(1);
  });

  test('[PV1] two nodes that erase at once erase each drawing once', async () => {
    await recordPredictions(
      db,
      Array.from({ length: 30 }, () => prediction()),
    );
    await age(30);
    const retention = { unlabelledDays: 30, labelledDays: 0, limit: 30 };
    const erased = await Promise.all([eraseExpired(db, retention), eraseExpired(db, retention)]);
    expect(new Set(erased.flat()).size).toBe(erased.flat().length);
    await eraseExpired(db, retention);
    expect(await drawingsLeft()).toEqual([]);
  });

  test('[PV3] an author erases their own drawings in every room, with what is stored of the author', async () => {
    const others = label(4, { author: 'eve' });
    await recordLabel(db, others);
    await recordLabel(db, label(3));
    await recordLabel(db, label(5, { room: 'attic' }));
    await recordPredictions(db, [prediction()]);
    for (const author of ['ada', 'eve']) await recordNetwork(db, { author, network: `of ${author}` });
    await claimed(db, await startedJob(db));
    expect(await countOwn(db, 'ada')).toEqual({ drawings: 3, labelled: 2 });
    expect(await eraseDrawings(db, { author: 'ada', limit: 2 })).toHaveLength(2);
    expect(await rowsOf('ada')).toEqual(['there', 'there']);
    expect(await eraseDrawings(db, { author: 'ada', limit: 2 })).toHaveLength(1);
    expect(await eraseDrawings(db, { author: 'ada', limit: 2 })).toEqual([]);
    expect(await countOwn(db, 'ada')).toEqual({ drawings: 0, labelled: 0 });
    expect(await drawingsLeft()).toEqual([others.drawing]);
    expect([await rowsOf('ada'), await rowsOf('eve')]).toEqual([
      ['gone', 'gone'],
      ['there', 'there'],
    ]);
  });

  test('[PV3] named drawings are erased alone, and only for their author', async () => {
    const [one, other, others] = [prediction(), prediction(), prediction({ author: 'eve' })];
    await recordPredictions(db, [one, other, others]);
    const drawings = [one.drawing, others.drawing];
    expect(await eraseDrawings(db, { author: 'ada', drawings, ...all })).toEqual([one.drawing]);
    expect((await drawingsLeft()).toSorted()).toEqual([other.drawing, others.drawing].toSorted());
  });

  test('[PV3] an ended job forgets its requester, a running one does not', async () => {
    const ended = await startedJob(db);
    await endJob(db, { job: ended, state: 'failed', message: '' });
    const running = await startedJob(db);
    await eraseDrawings(db, { author: 'ada', ...all });
    expect(await currentJob(db, 'lobby')).toMatchObject({ id: running.id, askedBy: 'ada' });
    await execute(
      db,
      `DO $$ BEGIN IF (SELECT asked_by FROM jobs WHERE id = '${ended.id}') <> 'somebody' THEN
        RAISE EXCEPTION 'the job names its author'; END IF; END $$`,
    );
  });

  test('[PV4] a version shows how many of its samples were erased, after its promotion and while its job ran', async () => {
    await ensureBase(db, base);
    await recordLabel(db, label(3));
    await recordLabel(db, label(4));
    await recordLabel(db, label(5, { author: 'eve' }));
    const job = await startedJob(db);
    expect((await claimed(db, job)).samples).toHaveLength(3);
    await eraseDrawings(db, { author: 'eve', ...all });
    await candidate('taught');
    const promotion = {
      room: 'lobby',
      version: 'taught',
      expectedChampion: 'base',
      by: 'the gate',
      reason: 'better',
    };
    expect(await promoteModel(db, { ...promotion, job })).toBe('promoted');
    expect(await erasedOf()).toEqual({ base: 0, taught: 1 });
    await eraseDrawings(db, { author: 'ada', limit: 1 });
    expect(await erasedOf()).toEqual({ base: 0, taught: 2 });
    await age(40);
    await eraseExpired(db, { unlabelledDays: 0, labelledDays: 40, ...all });
    expect(await erasedOf()).toEqual({ base: 0, taught: 3 });
  });

  test('[PV4] a sample that its author deletes alone is counted too', async () => {
    await ensureBase(db, base);
    const id = await sampleOf(db, label(3));
    const job = await startedJob(db);
    await claimed(db, job);
    await candidate('taught');
    const promotion = {
      room: 'lobby',
      version: 'taught',
      expectedChampion: 'base',
      by: 'the gate',
      reason: '',
    };
    expect(await promoteModel(db, { ...promotion, job })).toBe('promoted');
    await recordNetwork(db, { author: 'ada', network: 'home' });
    expect(await deleteSample(db, { id, by: { author: 'ada', admin: false } })).toEqual({
      drawing: expect.any(String),
    });
    expect(await erasedOf()).toEqual({ base: 0, taught: 1 });
    expect(await rowsOf('ada')).toEqual(['gone', 'gone']);
  });

  test('[PV4] a refused candidate shows it too', async () => {
    await ensureBase(db, base);
    await sampleOf(db, label(3));
    const job = await startedJob(db);
    await claimed(db, job);
    await candidate('worse');
    await refuseCandidate(db, { version: 'worse', verdict: {} });
    await endJob(db, { job, state: 'refused', message: '', candidate: 'worse' });
    await eraseDrawings(db, { author: 'ada', ...all });
    expect(await erasedOf()).toEqual({ base: 0, worse: 1 });
  });

  describe('weights', () => {
    const loadable = async () =>
      (await listModels(db, { room: 'lobby', limit: 9 })).flatMap(each =>
        each.loadable ? [each.version] : [],
      );
    const ageVersions = () =>
      execute(
        db,
        `UPDATE models SET created_at = now() - interval '31 days'`,
        `UPDATE promotions SET at = now() - interval '31 days'`,
      );
    beforeEach(async () => {
      await ensureBase(db, base);
      for (const name of ['refused', 'first', 'second', 'third']) await candidate(name);
      await refuseCandidate(db, { version: 'refused', verdict: {} });
      await promote('first', 'base');
      await promote('second', 'first');
      await promote('third', 'second');
    });

    test('[PV5] those of old versions are dropped, but for champion, previous and shipped ones', async () => {
      const old = { days: 30, kept: 100, limit: 9 };
      expect(await dropWeights(db, old)).toEqual([]);
      await ageVersions();
      expect(await dropWeights(db, { ...old, days: 0 })).toEqual([]);
      expect((await dropWeights(db, old)).toSorted()).toEqual(['first', 'refused']);
      expect(await dropWeights(db, old)).toEqual([]);
      expect(await loadable()).toEqual(['third', 'second', 'base']);
    });

    test('[PV5] an old version that was champion lately keeps them', async () => {
      await ageVersions();
      await rollBack(db, { room: 'lobby', to: 'first', by: 'an admin', reason: 'by hand' });
      await rollBack(db, { room: 'lobby', to: 'third', by: 'an admin', reason: 'by hand' });
      await promote('refused', 'third');
      const old = { days: 30, kept: 100, limit: 9 };
      expect(await dropWeights(db, old)).toEqual(['second']);
      await execute(db, `UPDATE promotions SET at = now() - interval '31 days'`);
      expect(await dropWeights(db, old)).toEqual(['first']);
      expect(await loadable()).toEqual(['third', 'refused', 'base']);
    });

    test('[PV5] past a number the oldest unused ones go, however young', async () => {
      expect(await dropWeights(db, { days: 30, kept: 1, limit: 9 })).toEqual(['refused']);
      expect(await loadable()).toEqual(['third', 'second', 'first', 'base']);
      expect(await dropWeights(db, { days: 0, kept: 0, limit: 9 })).toEqual(['first']);
    });

    test('[PV5] a version without weights is neither loaded nor promoted nor rolled back to', async () => {
      await ageVersions();
      await dropWeights(db, { days: 30, kept: 100, limit: 9 });
      expect(await loadModel(db, 'first')).toBeNull();
      expect(await rollBack(db, { room: 'lobby', to: 'first', by: 'an admin', reason: '' })).toBe('dropped');
      expect(await promote('refused', 'third')).toBe('dropped');
      expect(await rollBack(db, { room: 'lobby', by: 'an admin', reason: '' })).toEqual({
        version: 'second',
      });
    });
  });

  test('[PV2] an author takes home their own drawings alone, of every room', async () => {
    await recordPredictions(db, [prediction({ author: 'eve' }), prediction()]);
    await recordLabel(db, label(3, { room: 'attic' }));
    const { samples, next } = await exportSamples(db, { author: 'ada', limit: 100 });
    expect(samples).toMatchObject([
      { room: 'lobby', label: null },
      { room: 'attic', label: 3 },
    ]);
    expect(next).toBeNull();
  });
});
