import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Database } from './connection/open-database.ts';
import { currentJob, endJob, listJobs } from './jobs.ts';
import { countUntrained } from './label-counts.ts';
import {
  addCandidate,
  type Candidate,
  ensureBase,
  listModels,
  loadModel,
  readChampion,
  refuseCandidate,
} from './models.ts';
import { recordLabel } from './predictions.ts';
import { history, promoteModel, rollBack } from './promotion.ts';
import { house } from './rooms.ts';
import { changeLabel } from './sample-edits.ts';
import {
  claimed,
  empty,
  execute,
  kinds,
  label,
  sampleOf,
  startedJob,
  useDatabases,
} from './testing/databases.ts';

const databases = useDatabases();

describe.each(kinds)('on %s', kind => {
  let db: Database;
  databases.eachTest(kind, opened => {
    db = opened;
  });

  const shipped = (version: string) => ({
    version,
    card: { version, mnistAccuracy: 0.9943 },
    weights: Uint8Array.from({ length: 150_000 }, (_, index) => index % 256),
  });
  const base = () => ensureBase(db, shipped('base-1'));
  const add = (version: string, change: Partial<Candidate> = {}) =>
    addCandidate(db, { room: house, ...shipped(version), parent: 'base-1', source: 'server', ...change });
  const promote = (version: string, expectedChampion: string) =>
    promoteModel(db, { room: house, version, expectedChampion, by: 'gate', reason: 'better' });
  const aliases = async () =>
    Object.fromEntries(
      (await listModels(db, { room: house, limit: 100 })).flatMap(({ alias, version }) =>
        alias ? [[alias, version]] : [],
      ),
    );
  const moves = async () =>
    (await history(db, { room: house }))
      .map(({ previous, version, move }) => [previous, version, move])
      .reverse();

  describe('the shipped version', () => {
    test('[V6] is the champion of an empty database, once, however many nodes start at once', async () => {
      expect(await readChampion(db, house)).toBeNull();
      const answers = await Promise.all(Array.from({ length: 8 }, base));
      for (const answer of answers) expect(answer).toEqual({ version: 'base-1' });
      expect(await readChampion(db, house)).toEqual({ version: 'base-1' });
      expect(await moves()).toEqual([[null, 'base-1', 'shipped']]);
    });

    test('[V1] comes back as it was, byte for byte', async () => {
      await base();
      expect(await loadModel(db, 'base-1')).toEqual({
        ...shipped('base-1'),
        parent: null,
        source: 'base',
        status: 'promoted',
        room: house,
      });
      expect(await loadModel(db, 'nothing')).toBeNull();
    });

    test('[V6] replaces an older shipped version', async () => {
      await base();
      expect(await ensureBase(db, shipped('base-2'))).toEqual({ version: 'base-2' });
      expect(await aliases()).toEqual({ champion: 'base-2', previous: 'base-1' });
      // A node with the older program starts again.
      expect(await base()).toEqual({ version: 'base-2' });
    });

    test('[V6] leaves a taught champion in place, and waits in the list', async () => {
      await base();
      await add('taught');
      await promote('taught', 'base-1');
      expect(await ensureBase(db, shipped('base-2'))).toEqual({ version: 'taught' });
      expect(await aliases()).toEqual({ champion: 'taught', previous: 'base-1' });
      expect(await loadModel(db, 'base-2')).toMatchObject({ source: 'base', status: 'candidate' });
    });

    test('[V6] of another net replaces a taught champion, which cannot be served any more', async () => {
      await base();
      await add('taught');
      await promote('taught', 'base-1');
      const other = { ...shipped('base-2'), weights: new Uint8Array(200_000) };
      expect(await ensureBase(db, other)).toEqual({ version: 'base-2' });
      expect(await ensureBase(db, other)).toEqual({ version: 'base-2' });
      expect((await history(db, { room: house }))[0]).toMatchObject({ move: 'shipped', previous: 'taught' });
      expect(await rollBack(db, { room: house, by: 'admin', reason: 'missed' })).toBe('unfit');
      await add('late');
      expect(await promote('late', 'base-2')).toBe('unfit');
      expect(await readChampion(db, house)).toEqual({ version: 'base-2' });
    });

    test('[V6] that was rolled back is not made champion again', async () => {
      await base();
      await ensureBase(db, shipped('base-2'));
      await rollBack(db, { room: house, by: 'admin', reason: 'worse here' });
      expect(await ensureBase(db, shipped('base-2'))).toEqual({ version: 'base-1' });
    });
  });

  describe('a candidate', () => {
    test('[V1] is written once: the same version again changes neither bytes nor status', async () => {
      await base();
      expect(await add('taught')).toBe('added');
      expect(await refuseCandidate(db, { version: 'taught', verdict: { fell: 'mnist' } })).toBe('refused');
      expect(await add('taught', { weights: new Uint8Array(3), source: 'browser' })).toBe('known');
      expect(await loadModel(db, 'taught')).toMatchObject({ status: 'refused', source: 'server' });
      expect((await loadModel(db, 'taught'))!.weights).toHaveLength(150_000);
    });

    test('that is promoted cannot be refused afterwards', async () => {
      await base();
      await add('taught');
      await promote('taught', 'base-1');
      expect(await refuseCandidate(db, { version: 'taught', verdict: null })).toBe('unknown');
      expect(await refuseCandidate(db, { version: 'nothing', verdict: null })).toBe('unknown');
    });

    test('is listed newest first, in pages, with verdicts and aliases', async () => {
      await base();
      for (const version of ['a', 'b', 'c']) await add(version);
      await promote('b', 'base-1');
      await refuseCandidate(db, { version: 'c', verdict: { fell: 'mnist' } });
      const first = await listModels(db, { room: house, limit: 2 });
      expect(first).toMatchObject([
        { version: 'c', status: 'refused', alias: null, verdict: { fell: 'mnist' }, at: expect.any(Date) },
        { version: 'b', status: 'promoted', alias: 'champion', verdict: null, parent: 'base-1' },
      ]);
      const rest = await listModels(db, { room: house, limit: 9, before: first[1]!.number });
      expect(rest.map(({ version, alias }) => [version, alias])).toEqual([
        ['a', null],
        ['base-1', 'previous'],
      ]);
    });
  });

  describe('promotion', () => {
    beforeEach(base);

    test('[V2] moves both aliases and writes history', async () => {
      await add('a');
      expect(await promote('a', 'base-1')).toBe('promoted');
      expect(await readChampion(db, house)).toEqual({ version: 'a' });
      expect(await aliases()).toEqual({ champion: 'a', previous: 'base-1' });
      expect(await history(db, { room: house })).toMatchObject([
        { version: 'a', previous: 'base-1', move: 'promoted', by: 'gate', reason: 'better' },
        { version: 'base-1', previous: null, move: 'shipped', card: { mnistAccuracy: 0.9943 } },
      ]);
    });

    test('[V3] of two candidates at once that were measured against the same champion makes one outdated', async () => {
      const versions = ['a', 'b', 'c', 'd'];
      for (const version of versions) await add(version);
      const answers = await Promise.all(versions.map(version => promote(version, 'base-1')));
      expect([...answers].sort()).toEqual(['outdated', 'outdated', 'outdated', 'promoted']);
      expect(await readChampion(db, house)).toEqual({ version: versions[answers.indexOf('promoted')] });
      expect(await history(db, { room: house })).toHaveLength(2);
    });

    test('[V3] that is repeated is done once, and an unknown version is named so', async () => {
      await add('a');
      await promote('a', 'base-1');
      expect(await promote('a', 'base-1')).toBe('promoted');
      expect(await promote('nothing', 'a')).toBe('unknown');
      expect(await moves()).toHaveLength(2);
    });

    test('[V2] [J2] of a job ends it and marks what it claimed, and only that', async () => {
      await add('a');
      const row = label(1);
      await recordLabel(db, row);
      const job = await startedJob(db);
      await claimed(db, job);
      await recordLabel(db, label(2));
      const promotion = { version: 'a', expectedChampion: 'base-1', by: 'gate', reason: 'better' };
      expect(await promoteModel(db, { room: house, ...promotion, verdict: { gained: 2 }, job })).toBe(
        'promoted',
      );
      expect(await listJobs(db, { room: 'lobby', limit: 1 })).toMatchObject([
        { id: job.id, state: 'promoted', candidate: 'a', message: 'better', verdict: { gained: 2 } },
      ]);
      expect((await listModels(db, { room: house, limit: 1 }))[0]).toMatchObject({
        version: 'a',
        verdict: { gained: 2 },
      });
      expect(await countUntrained(db)).toBe(1);
      expect(await promoteModel(db, { room: house, ...promotion, job })).toBe('promoted');
      expect(await endJob(db, { job, state: 'failed', message: 'too late' })).toBe('lost');
    });

    test('[J2] leaves a label that changed while the job learned it to be trained', async () => {
      await add('a');
      const row = label(1);
      const sample = await sampleOf(db, row);
      const other = await sampleOf(db, label(3));
      const job = await startedJob(db);
      expect((await claimed(db, job)).samples).toHaveLength(2);
      await recordLabel(db, { ...row, digit: 2 });
      await changeLabel(db, { id: other, digit: 4, by: { author: 'ada', admin: false } });
      await promoteModel(db, {
        room: house,
        version: 'a',
        expectedChampion: 'base-1',
        by: 'gate',
        reason: '',
        job,
      });
      expect(await countUntrained(db)).toBe(2);
      const again = await claimed(db, await startedJob(db));
      expect(again.samples.map(({ id, digit }) => [id, digit]).sort()).toEqual([
        [sample, 2],
        [other, 4],
      ]);
    });

    test('[J3] is refused to a runner whose job is over', async () => {
      await add('a');
      const job = await startedJob(db);
      await endJob(db, { job, state: 'failed', message: 'crashed' });
      const promotion = { version: 'a', expectedChampion: 'base-1', by: 'gate', reason: '', job };
      expect(await promoteModel(db, { room: house, ...promotion })).toBe('not_running');
      expect(await readChampion(db, house)).toEqual({ version: 'base-1' });
    });

    test('[V2] that fails in the middle leaves everything as it was', async () => {
      await add('a');
      await recordLabel(db, label(1));
      const job = await startedJob(db);
      await claimed(db, job);
      const promotion = { version: 'a', expectedChampion: 'base-1', by: 'gate', reason: '', job };
      await execute(
        db,
        `CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'the disk is on fire'; END $$`,
        'CREATE TRIGGER fail BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION fail()',
      );
      await expect(promoteModel(db, { room: house, ...promotion })).rejects.toThrow('the disk is on fire');
      await execute(db, 'DROP TRIGGER fail ON jobs');
      expect(await aliases()).toEqual({ champion: 'base-1' });
      expect(await loadModel(db, 'a')).toMatchObject({ status: 'candidate' });
      expect(await moves()).toHaveLength(1);
      expect(await countUntrained(db)).toBe(1);
      expect(await currentJob(db, 'lobby')).toMatchObject({ id: job.id, state: 'running' });
      expect(await promoteModel(db, { room: house, ...promotion })).toBe('promoted');
    });
  });

  describe('rolling back', () => {
    beforeEach(async () => {
      await base();
      await add('a');
      await promote('a', 'base-1');
      await add('b');
      await promote('b', 'a');
    });

    test('[V5] frees the labels that only the version rolled back from has learned, and rolling forward takes them again', async () => {
      for (const [digit, version] of [
        [1, 'a'],
        [2, 'b'],
      ] as const) {
        await recordLabel(db, label(digit));
        await execute(
          db,
          `UPDATE predictions SET feedback_processed = TRUE, trained_in = '${version}' WHERE true_label = ${digit}`,
        );
      }
      await execute(db, `UPDATE models SET parent = 'a' WHERE version = 'b'`);
      const by = { by: 'inkling', reason: '' };
      expect(await countUntrained(db)).toBe(0);
      await rollBack(db, { room: house, ...by });
      expect(await countUntrained(db)).toBe(1);
      await rollBack(db, { room: house, ...by, to: 'base-1' });
      expect(await countUntrained(db)).toBe(2);
      await rollBack(db, { room: house, ...by, to: 'b' });
      expect(await countUntrained(db)).toBe(0);
    });

    test('[V4] returns to the version before, and back again', async () => {
      const back = { by: 'admin', reason: 'reads 7 as 1' };
      expect(await rollBack(db, { room: house, ...back })).toEqual({ version: 'a' });
      expect(await aliases()).toEqual({ champion: 'a', previous: 'b' });
      expect((await history(db, { room: house }))[0]).toMatchObject({
        version: 'a',
        previous: 'b',
        move: 'rolled_back',
      });
      expect(await rollBack(db, { room: house, ...back })).toEqual({ version: 'b' });
    });

    test('[V4] returns to any earlier champion, and to nothing else', async () => {
      await add('c');
      const back = { by: 'admin', reason: '' };
      expect(await rollBack(db, { room: house, ...back, to: 'base-1' })).toEqual({ version: 'base-1' });
      expect(await aliases()).toEqual({ champion: 'base-1', previous: 'b' });
      expect(await rollBack(db, { room: house, ...back, to: 'base-1' })).toEqual({ version: 'base-1' });
      expect(await rollBack(db, { room: house, ...back, to: 'c' })).toBe('unknown');
      expect(await rollBack(db, { room: house, ...back, to: 'nothing' })).toBe('unknown');
      expect(await moves()).toHaveLength(4);
    });

    test('[V3] by every node at once happens once', async () => {
      const back = { by: 'watch', reason: 'corrected too often', expectedChampion: 'b' };
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => rollBack(db, { room: house, ...back })),
      );
      expect(answers.filter(answer => answer !== 'outdated')).toEqual([{ version: 'a' }]);
      expect(await readChampion(db, house)).toEqual({ version: 'a' });
    });

    test('[V4] has nowhere to go from the first version', async () => {
      await empty(db);
      await base();
      expect(await rollBack(db, { room: house, by: 'admin', reason: '' })).toBe('unknown');
    });
  });
});

test('[V2] a database that crashes in the middle of a promotion has not promoted', async () => {
  const db = await databases.open('postgres');
  const weights = new Uint8Array(10);
  await ensureBase(db, { version: 'base-1', card: { version: 'base-1' }, weights });
  await addCandidate(db, {
    room: house,
    version: 'a',
    card: { version: 'a' },
    weights,
    parent: 'base-1',
    source: 'server',
  });
  await execute(
    db,
    `CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(20); RETURN new; END $$`,
    'CREATE TRIGGER linger BEFORE UPDATE ON models FOR EACH ROW EXECUTE FUNCTION linger()',
  );
  const promotion = { version: 'a', expectedChampion: 'base-1', by: 'gate', reason: '' };
  const promoting = expect(promoteModel(db, { room: house, ...promotion })).rejects.toMatchObject({
    name: 'DatabaseUnavailable',
  });
  await new Promise(resolve => setTimeout(resolve, 300));
  await databases.server().kill();
  await promoting;
  await vi.waitFor(() => databases.server().start(), { timeout: 60_000, interval: 200 });
  await vi.waitFor(() => execute(db, 'DROP TRIGGER linger ON models'), { timeout: 60_000, interval: 100 });
  expect(await readChampion(db, house)).toEqual({ version: 'base-1' });
  expect(await history(db, { room: house })).toHaveLength(1);
  expect(await promoteModel(db, { room: house, ...promotion })).toBe('promoted');
  expect(await readChampion(db, house)).toEqual({ version: 'a' });
  await db.close();
});
