import { describe, expect, test } from 'vitest';
import type { Database } from './connection/open-database.ts';
import { listJobs } from './jobs.ts';
import { addCandidate, loadModel } from './models.ts';
import { recordNetwork } from './networks.ts';
import { recordLabel, recordPredictions } from './predictions.ts';
import {
  changeRoom,
  endRoom,
  initialState,
  makeRoom,
  type RoomState,
  readRooms,
  renewHostKey,
} from './rooms-of-hosts.ts';
import { getSample } from './sample-edits.ts';
import { listSamples } from './sample-queries.ts';
import {
  claimed,
  kinds,
  label,
  prediction,
  sampleOf,
  startedJob,
  useDatabases,
} from './testing/databases.ts';

const databases = useDatabases();
const room = '4b';

describe.each(kinds)('on %s', kind => {
  let db: Database;
  databases.eachTest(kind, opened => {
    db = opened;
  });

  const make = (name = room) => makeRoom(db, { name, keyHash: 'hash', title: 'Class 4b' });
  const change = (next: Partial<RoomState>) =>
    changeRoom(db, { room, change: state => ({ ...state, ...next }) });
  const seen = async () => (await listSamples(db, { limit: 9, room, veiled: false })).map(({ id }) => id);

  test('[H1] a room is made once, and not where somebody has drawn', async () => {
    expect(await make()).toBe('made');
    expect(await readRooms(db, [room, 'another'])).toEqual([
      { name: room, keyHash: 'hash', state: { ...initialState, title: 'Class 4b' }, ended: false },
    ]);
    expect(await make()).toBe('taken');
    await recordPredictions(db, [prediction({ room: 'drawn-in' })]);
    expect(await make('drawn-in')).toBe('taken');
  });

  test('[H3] changes of two hosts at once are both kept', async () => {
    await make();
    const paused = Array.from({ length: 8 }, (_, i) => `session ${i}`);
    await Promise.all(
      paused.map(session =>
        changeRoom(db, { room, change: state => ({ ...state, paused: [...state.paused, session] }) }),
      ),
    );
    const [{ state }] = await readRooms(db, [room]);
    expect(state.paused.toSorted()).toEqual(paused);
  });

  test('[H2] a renewed key replaces the one before', async () => {
    expect(await renewHostKey(db, { room, keyHash: 'new' })).toBe('unknown');
    await make();
    expect(await renewHostKey(db, { room, keyHash: 'new' })).toMatchObject({ keyHash: 'new' });
    expect(await readRooms(db, [room])).toMatchObject([{ keyHash: 'new' }]);
  });

  test('[H5] a hidden drawing is neither listed nor learned, whether it was stored before or after', async () => {
    await make();
    const early = label(3, { room });
    const late = label(4, { room });
    const open = label(5, { room });
    const ids = [await sampleOf(db, early)];
    await change({ hidden: [early.drawing, late.drawing] });
    ids.push(await sampleOf(db, late), await sampleOf(db, open));
    expect(await seen()).toEqual([ids[2]]);
    expect(await listSamples(db, { limit: 9, room })).toHaveLength(3);
    const claim = await claimed(db, await startedJob(db, undefined, room));
    expect(claim.samples.map(({ id }) => id)).toEqual([ids[2]]);
    await change({ hidden: [early.drawing] });
    expect(await seen()).toEqual([ids[2], ids[1]]);
    // Storing it again, as its finish does, does not bring it back.
    await recordPredictions(db, [early]);
    expect(await seen()).toEqual([ids[2], ids[1]]);
  });

  test('[H9] what waits to be let through is neither listed nor learned until then', async () => {
    await make();
    const before = await sampleOf(db, label(1, { room }));
    await change({ museum: true });
    const [one, other] = [label(2, { room }), label(3, { room })];
    const ids = [await sampleOf(db, one), await sampleOf(db, other)];
    expect(await seen()).toEqual([before]);
    await change({ shown: [one.drawing] });
    expect(await seen()).toEqual([ids[0], before]);
    await change({ hidden: [other.drawing] });
    await change({ museum: false });
    expect(await seen()).toEqual([ids[0], before]);
    await change({ hidden: [] });
    expect(await seen()).toEqual([ids[1], ids[0], before]);
  });

  test('[H12] an ended room keeps its name alone, and what arrives late is not stored', async () => {
    await make();
    const id = await sampleOf(db, label(3, { room, author: 'ada' }));
    const kept = await sampleOf(db, label(3, { room: 'lobby', author: 'bo' }));
    await sampleOf(db, label(3, { room, author: 'bo' }));
    await recordNetwork(db, { author: 'ada', network: 'n1' });
    await recordNetwork(db, { author: 'bo', network: 'n2' });
    await addCandidate(db, {
      room,
      version: 'of-4b',
      card: { version: 'of-4b' },
      weights: new Uint8Array(8),
      parent: 'base',
      source: 'server',
    });
    await startedJob(db, undefined, room);
    await change({ paused: ['eve'] });
    await endRoom(db, room);
    expect(await getSample(db, id)).toBeNull();
    expect(await listJobs(db, { room, limit: 9 })).toEqual([]);
    expect(await loadModel(db, 'of-4b')).toBeNull();
    expect(await getSample(db, kept)).not.toBeNull();
    expect(await readRooms(db, [room])).toEqual([
      { name: room, keyHash: null, state: initialState, ended: true },
    ]);
    await recordPredictions(db, [prediction({ room })]);
    expect(await recordLabel(db, label(4, { room }))).toBe('not_yours');
    expect(await listSamples(db, { limit: 9, room })).toEqual([]);
    expect(await change({ frozen: true })).toBe('ended');
    expect(await renewHostKey(db, { room, keyHash: 'new' })).toBe('unknown');
    expect(await make()).toBe('made');
  });
});
