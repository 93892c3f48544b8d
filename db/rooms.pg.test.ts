import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Database } from './connection/open-database.ts';
import { listJobs, nextJob, requestDueJob, requestJob, startJob } from './jobs.ts';
import { countAnswers, countByDigit, readProbations } from './label-counts.ts';
import { countSetAside, decideSetAside, readUnscreened, recordScreening } from './label-screening.ts';
import { addCandidate, ensureBase, listChampions, listModels, readChampion } from './models.ts';
import { recordPredictions } from './predictions.ts';
import { followHouse, history, promoteModel, rollBack } from './promotion.ts';
import { house } from './rooms.ts';
import { changeRoom } from './rooms-of-hosts.ts';
import { samplePage } from './sample-queries.ts';
import { claimed, execute, kinds, label, sampleOf, useDatabases } from './testing/databases.ts';
import { claimSamples, readCorrections, readHeldOutSamples, readOpenSamples } from './training-samples.ts';

const databases = useDatabases();
const base = { version: 'base', card: { version: 'base' }, weights: new Uint8Array(8) };
const by = { by: 'ada', reason: 'tested' };

describe.each(kinds)('on %s', kind => {
  let db: Database;
  databases.eachTest(kind, opened => {
    db = opened;
  });
  beforeEach(async () => {
    await ensureBase(db, base);
  });

  /** A version trained in a room, and made its champion. */
  async function taught(room: string, version: string, expectedChampion = 'base') {
    const card = { version };
    await addCandidate(db, {
      version,
      card,
      room,
      parent: expectedChampion,
      source: 'server',
      weights: new Uint8Array(8),
    });
    expect(await promoteModel(db, { room, version, expectedChampion, ...by })).toBe('promoted');
  }

  async function jobOf(room: string) {
    const id = randomUUID();
    await requestJob(db, { id, room, askedBy: 'ada' });
    const job = await startJob(db, { id, node: 'a' });
    if (job === null) throw new Error('the job did not start');
    return job;
  }

  test('[V12] a room follows the house until it has a champion of its own', async () => {
    expect(await readChampion(db, '4b')).toEqual({ version: 'base' });
    await taught('4b', 'a');
    expect(await readChampion(db, '4b')).toEqual({ version: 'a' });
    expect(await readChampion(db, '5c')).toEqual({ version: 'base' });
    expect(await readChampion(db, house)).toEqual({ version: 'base' });
    await taught(house, 'b');
    expect(await readChampion(db, '5c')).toEqual({ version: 'b' });
    expect(await readChampion(db, '4b')).toEqual({ version: 'a' });
    expect([...(await listChampions(db))].sort()).toEqual([
      [house, 'b'],
      ['4b', 'a'],
    ]);
  });

  test('[V13] a room rolls back among its own versions and the house’s, never to another room’s', async () => {
    await taught('4b', 'a');
    await taught('5c', 'b');
    expect(await rollBack(db, { room: '4b', to: 'b', ...by })).toBe('unknown');
    expect(await rollBack(db, { room: '4b', ...by })).toEqual({ version: 'base' });
    expect(await rollBack(db, { room: '4b', ...by })).toEqual({ version: 'a' });
    expect(await readChampion(db, '5c')).toEqual({ version: 'b' });
  });

  test('[V13] a room that starts over follows the house, and can train its labels again', async () => {
    const sample = await sampleOf(db, label(1, { room: '4b' }));
    const job = await jobOf('4b');
    await claimed(db, job);
    await addCandidate(db, { ...base, version: 'a', room: '4b', parent: 'base', source: 'server' });
    await promoteModel(db, { room: '4b', version: 'a', expectedChampion: 'base', ...by, job });
    expect((await countByDigit(db, { room: '4b' })).untrained).toBe(0);
    expect(await followHouse(db, { room: '4b', ...by })).toEqual({ version: 'base' });
    expect(await followHouse(db, { room: '4b', ...by })).toBe('unknown');
    expect([...(await listChampions(db))]).toEqual([[house, 'base']]);
    const open = await readOpenSamples(db, { room: '4b', limit: 9, maxReplayed: 9 });
    expect(open.samples.map(({ id }) => id)).toEqual([sample]);
    await taught(house, 'b');
    expect(await readChampion(db, '4b')).toEqual({ version: 'b' });
  });

  test('[V14] versions and moves are listed for the house and the room, with the aliases that the room uses', async () => {
    await taught('4b', 'a');
    await taught('5c', 'b');
    const list = async (room: string) =>
      (await listModels(db, { room, limit: 9 })).map(({ version, alias }) => [version, alias]);
    expect(await list('4b')).toEqual([
      ['a', 'champion'],
      ['base', 'previous'],
    ]);
    expect(await list('6d')).toEqual([['base', 'champion']]);
    const moves = async (room: string) =>
      (await history(db, { room })).map(({ version, previous }) => [version, previous]);
    expect(await moves('4b')).toEqual([
      ['a', 'base'],
      ['base', null],
    ]);
    await taught(house, 'c');
    expect((await moves('4b'))[0]).toEqual(['a', 'base']);
    expect((await moves('6d'))[0]).toEqual(['c', 'base']);
    // The house takes a version that a room trained: everybody sees it from then on.
    const promotion = { room: house, version: 'b', expectedChampion: 'c', ...by };
    expect(await promoteModel(db, promotion)).toBe('promoted');
    expect(await list('6d')).toContainEqual(['b', 'champion']);
    expect((await list('4b')).map(([version]) => version)).toEqual(['c', 'b', 'a', 'base']);
  });

  test('[J11] a job learns the labels of its room, and each room holds out people of its own', async () => {
    for (const room of ['4b', '5c'])
      for (const [i, author] of ['ada', 'bob', 'eva', 'kim'].entries())
        await sampleOf(db, { ...label(i, { room, author, guess: 9 }), at: new Date(1_000 * (i + 1)) });
    const job = await jobOf('4b');
    const claim = await claimed(db, job);
    expect(claim.samples.map(({ author }) => author).sort()).toEqual(['ada', 'bob', 'eva']);
    expect(claim.heldOut).toBe(1);
    const held = await readHeldOutSamples(db, { room: '5c', limit: 9 });
    expect(held.map(({ author }) => author)).toEqual(['kim']);
    await addCandidate(db, { ...base, version: 'a', room: '4b', parent: 'base', source: 'server' });
    await promoteModel(db, { room: '4b', version: 'a', expectedChampion: 'base', ...by, job });
    expect(await readCorrections(db, { room: '4b', limit: 9 })).toHaveLength(3);
    expect(await readCorrections(db, { room: '5c', limit: 9 })).toEqual([]);
  });

  test('[J11] one job at a time in a room, and a free runner starts the one that waits longest', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await requestJob(db, { id: first, room: '4b', askedBy: 'ada' });
    // The embedded database counts whole milliseconds.
    await delay(2);
    await requestJob(db, { id: second, room: '5c', askedBy: 'bob' });
    expect(await requestJob(db, { id: randomUUID(), room: '4b', askedBy: 'eva' })).toEqual({ busy: first });
    expect((await nextJob(db, { except: 'browsers' }))?.id).toBe(first);
    await startJob(db, { id: first, node: 'a' });
    expect(await nextJob(db, { except: 'browsers' })).toMatchObject({ id: second, room: '5c' });
    expect((await listJobs(db, { room: '5c', limit: 9 })).map(({ id }) => id)).toEqual([second]);
  });

  test('[J11] labels make a job due in their own room alone', async () => {
    const due = { askedBy: 'inkling', except: 'browsers', afterLabels: 2, pauseMs: 0 };
    await sampleOf(db, label(1, { room: '4b' }));
    await sampleOf(db, label(1, { room: '5c' }));
    expect(await requestDueJob(db, { id: randomUUID(), ...due })).toBe('not_due');
    await sampleOf(db, label(2, { room: '5c' }));
    expect(await requestDueJob(db, { id: randomUUID(), ...due })).toBe('queued');
    expect(await nextJob(db, { except: 'browsers' })).toMatchObject({ room: '5c' });
    expect(await requestDueJob(db, { id: randomUUID(), ...due })).toBe('not_due');
  });

  test('[H13] labels make no job due in a room whose host alone teaches', async () => {
    const due = { askedBy: 'inkling', except: 'browsers', afterLabels: 1, pauseMs: 0 };
    await changeRoom(db, { room: '4b', change: state => ({ ...state, teach: 'host' }) });
    await sampleOf(db, label(1, { room: '4b' }));
    expect(await requestDueJob(db, { id: randomUUID(), ...due })).toBe('not_due');
    await changeRoom(db, { room: '4b', change: state => ({ ...state, teach: 'everybody' }) });
    expect(await requestDueJob(db, { id: randomUUID(), ...due })).toBe('queued');
  });

  describe('a label that two witnesses contradict', () => {
    const readings = { champion: { digit: 4, probability: 0.9 }, plain: { digit: 4, probability: 0.95 } };
    const unscreened = async (champion = 'base') => readUnscreened(db, { room: 'lobby', champion, limit: 9 });
    const labelled = (change: object = {}) => sampleOf(db, label(9, { room: 'lobby', ...change }));
    async function screen(setAside: typeof readings | null, champion = 'base') {
      const labels = (await unscreened(champion)).map(({ id, digit, ink }) => ({ id, digit, ink, setAside }));
      await recordScreening(db, { champion, labels });
    }
    const open = () => readOpenSamples(db, { room: 'lobby', limit: 9, maxReplayed: 9 });
    const untrained = async () => (await countByDigit(db, { room: 'lobby' })).untrained;

    test('[L11] is set aside: it is in no training pack and in no job, and is counted by person', async () => {
      for (const author of ['ada', 'eve', 'eve']) await labelled({ author });
      await sampleOf(db, label(9, { room: '4b' }));
      expect(await unscreened()).toHaveLength(3);
      expect(await untrained()).toBe(3);
      await screen(readings);
      expect(await unscreened()).toEqual([]);
      expect(await countSetAside(db, 'lobby')).toEqual({ labels: 3, mostOfOne: 2 });
      expect(await countSetAside(db, '4b')).toEqual({ labels: 0, mostOfOne: 0 });
      expect((await open()).samples).toEqual([]);
      expect(await untrained()).toBe(0);
      const { samples } = await samplePage(db, { room: 'lobby', setAside: true, limit: 9 });
      expect(samples.map(({ setAside }) => setAside)).toEqual([readings, readings, readings]);
      expect(await claimed(db, await jobOf('lobby'))).toMatchObject({ samples: [], setAside: 3 });
    });

    test('[L11] is read again by another champion, and after its label or ink changed', async () => {
      const row = label(9, { room: 'lobby' });
      const id = await sampleOf(db, row);
      const before = await unscreened();
      await screen(readings);
      expect(await unscreened('taught')).toHaveLength(1);
      await screen(null, 'taught');
      expect(await countSetAside(db, 'lobby')).toMatchObject({ labels: 0 });
      expect((await open()).samples).toHaveLength(1);
      await screen(readings);
      await recordPredictions(db, [{ ...row, raster: new Uint8Array(784) }]);
      expect(await unscreened()).toMatchObject([{ id, digit: 9 }]);
      // Predictions of the earlier ink do not count for this ink.
      await recordScreening(db, { champion: 'base', labels: [{ ...before[0]!, setAside: readings }] });
      expect(await countSetAside(db, 'lobby')).toMatchObject({ labels: 0 });
    });

    test('[L11] teaches once a host accepts it, and loses its label when a host drops it', async () => {
      const [accepted, dropped] = [await labelled(), await labelled()];
      const right = await labelled();
      const fresh = await unscreened();
      await recordScreening(db, {
        champion: 'base',
        labels: fresh.map(each => ({ ...each, setAside: each.id === right ? null : readings })),
      });
      const decide = (samples: number[], accept: boolean, room = 'lobby') =>
        decideSetAside(db, { room, samples, accept });
      expect(await decide([dropped], false, '4b')).toEqual([]);
      expect(await decide([right, dropped], false)).toHaveLength(1);
      expect(await decide([accepted], true)).toEqual([]);
      expect(await countSetAside(db, 'lobby')).toMatchObject({ labels: 0 });
      const { samples } = await open();
      expect(samples.map(({ id, accepted: believed }) => [id, believed]).sort()).toEqual([
        [accepted, true],
        [right, false],
      ]);
      expect(await unscreened('taught')).toMatchObject([{ id: right }]);
    });
  });

  test('[V7] answers count in the room whose version they are about', async () => {
    await sampleOf(db, label(1, { room: '4b', model: 'base', guess: 7 }));
    await sampleOf(db, label(7, { room: '5c', model: 'base', guess: 7 }));
    const answers = (room: string) => countAnswers(db, { room, version: 'base' });
    expect(await answers('4b')).toMatchObject({ corrected: 1, confirmed: 0 });
    expect(await answers('5c')).toMatchObject({ corrected: 0, confirmed: 1 });
    expect(await answers(house)).toMatchObject({ corrected: 1, confirmed: 1 });
  });

  test('[V7] one query reads the answers of all rooms whose champion was promoted last', async () => {
    await taught('4b', 'a');
    await taught('5c', 'b');
    await rollBack(db, { room: '5c', by: 'ada', reason: 'it misread' });
    await sampleOf(db, label(1, { room: '4b', model: 'a', guess: 7 }));
    await sampleOf(db, label(7, { room: '4b', model: 'base', guess: 7 }));
    await sampleOf(db, label(7, { room: '5c', model: 'a', guess: 7 }));
    const answers = { confirmed: 0, corrected: 0, correctors: 0 };
    expect(await readProbations(db, [house, '4b', '5c', 'untaught'])).toEqual([
      {
        room: '4b',
        version: 'a',
        previous: 'base',
        now: { ...answers, corrected: 1, correctors: 1 },
        before: { ...answers, confirmed: 1 },
      },
    ]);
  });

  test('[V6] a release of another architecture takes a room back to the house', async () => {
    await taught('4b', 'a');
    await ensureBase(db, { version: 'wide', card: { version: 'wide' }, weights: new Uint8Array(9) });
    expect([...(await listChampions(db))]).toEqual([[house, 'wide']]);
    expect((await history(db, { room: '4b' }))[0]).toMatchObject({ version: 'wide', previous: 'a' });
  });

  test('a database from before rooms had champions opens: its champion is the house’s, its hold-out stays', async () => {
    await sampleOf(db, label(1, { room: '4b', author: 'kim' }));
    await execute(
      db,
      'DROP TABLE authors, aliases',
      'ALTER TABLE jobs DROP COLUMN room',
      'ALTER TABLE models DROP COLUMN room',
      'ALTER TABLE promotions DROP COLUMN room',
      'CREATE TABLE authors (author TEXT PRIMARY KEY, held_out BOOLEAN NOT NULL, since TIMESTAMPTZ NOT NULL DEFAULT now())',
      "INSERT INTO authors VALUES ('kim', TRUE)",
      'CREATE TABLE aliases (name TEXT PRIMARY KEY, version TEXT NOT NULL REFERENCES models)',
      "INSERT INTO aliases VALUES ('champion', 'base')",
    );
    const { readFile } = await import('node:fs/promises');
    const script = await readFile(new URL('../init.sql', import.meta.url), 'utf8');
    await execute(db, ...script.split(/\n\s*\n/).filter(text => text.trim()));
    expect([...(await listChampions(db))]).toEqual([[house, 'base']]);
    expect(await readHeldOutSamples(db, { room: '4b', limit: 9 })).toHaveLength(1);
    expect(await claimSamples(db, { job: await jobOf('4b'), limit: 9, maxReplayed: 0 })).toMatchObject({
      samples: [],
      heldOut: 1,
    });
  });
});
