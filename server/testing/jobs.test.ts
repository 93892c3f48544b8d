import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Job } from '../../db/jobs.ts';
import { house } from '../../db/rooms.ts';
import { openEmpty } from '../../db/testing/data-folder-template.ts';
import { chance, createRandom, int } from '../../shared/random.ts';
import { createStore } from '../core/store.ts';
import { createFakeJobs } from './jobs.ts';

const steps = 300;
const rooms = ['lobby', '4b'];
/** Silent at once, and never. */
const silences = [-1_000_000, 1_000_000];
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

test('the fake jobs of the simulation answer as the database does, over 300 seeded calls in two rooms', async () => {
  const database = await openEmpty();
  const store = createStore(database);
  const fake = createFakeJobs(Date.now);
  const base = { version: 'base-1', card: { version: 'base-1' }, weights: new Uint8Array(1) };
  await store.ensureBase(base);
  const random = createRandom(7);
  let labels = 0;
  let versions = 0;
  let jobs = 0;
  const runs: Pick<Job, 'id' | 'attempt'>[] = [{ id: uuid(999), attempt: 1 }];
  const some = <T>(items: readonly T[]) => items[Math.max(0, items.length - 1 - int(random, 3))]!;
  const stateOf = (job: Job | null) =>
    job && {
      id: job.id,
      room: job.room,
      state: job.state,
      attempt: job.attempt,
      cancelWanted: job.cancelWanted,
      node: job.node,
      message: job.message,
      candidate: job.candidate,
      over: job.endedAt !== null,
    };

  const statesOf = (jobs: readonly Job[]) =>
    jobs.map(stateOf).sort((one, other) => ((one?.id ?? '') < (other?.id ?? '') ? -1 : 1));

  async function step() {
    const run = some(runs);
    const room = rooms[int(random, rooms.length)]!;
    const silentMs = silences[int(random, 2)]!;
    switch (int(random, 14)) {
      case 0:
      case 1: {
        const wish = { id: uuid(++jobs), room, askedBy: chance(random, 0.3) ? 'browsers' : 'ada' };
        return [await store.requestJob(wish), fake.verbs.requestJob(wish)];
      }
      case 2: {
        const due = { askedBy: 'inkling', except: 'browsers', afterLabels: int(random, 4) };
        const wish = { id: uuid(++jobs), ...due, pauseMs: chance(random, 0.8) ? 0 : 1_000_000 };
        return [await store.requestDueJob(wish), fake.verbs.requestDueJob(wish)];
      }
      case 3:
      case 4: {
        const next = chance(random, 0.5)
          ? await store.nextJob({ except: 'browsers' })
          : await store.currentJob(room);
        const wish = { id: next?.id ?? uuid(998), node: `node ${jobs}` };
        const [real, faked] = [await store.startJob(wish), fake.verbs.startJob(wish)];
        if (real) runs.push({ id: real.id, attempt: real.attempt });
        return [stateOf(real), stateOf(faked)];
      }
      case 5:
      case 6:
        return [await store.beat(runs.at(-1) ?? run), fake.verbs.beat(runs.at(-1) ?? run)];
      case 7: {
        const end = { job: run, state: some(['refused', 'failed', 'cancelled'] as const), message: 'over' };
        return [await store.endJob(end), fake.verbs.endJob(end)];
      }
      case 8: {
        const id = chance(random, 0.4) ? ((await store.currentJob(room))?.id ?? run.id) : run.id;
        return [await store.cancelJob(id), fake.verbs.cancelJob(id)];
      }
      case 9: {
        const silent = { askedBy: chance(random, 0.7) ? 'browsers' : 'ada', silentMs };
        return [await store.failSilentJobs(silent), fake.verbs.failSilentJobs(silent)].map(statesOf);
      }
      case 10: {
        await sleep(3); // not of the same millisecond as a job's start
        fake.label(room);
        await store.recordLabel({ drawing: uuid(5_000 + ++labels), ...labelled, room, at: new Date() });
        await sleep(3);
        const claim = { job: run, limit: 1_000, maxReplayed: 0 };
        const [real, faked] = [await store.claimSamples(claim), fake.verbs.claimSamples({ job: run })];
        return [real, faked].map(claimed => (claimed === 'lost' ? claimed : claimed.samples.length));
      }
      case 11:
        return [await store.recoverJobs({ silentMs }), fake.verbs.recoverJobs({ silentMs })].map(statesOf);
      case 12: {
        const wish = { room: chance(random, 0.2) ? house : room, by: 'ada', reason: 'It starts over.' };
        return [await store.followHouse(wish), fake.verbs.followHouse(wish)];
      }
      default: {
        const version = `taught-${++versions}`;
        // A job promotes in its room; an admin promotes in any, and for the house.
        const job = chance(random, 0.8) ? (runs.at(-1) ?? run) : undefined;
        const running = job && (await store.findJob(job.id));
        const where = running?.room ?? (chance(random, 0.3) ? house : room);
        const expectedChampion = chance(random, 0.8) ? fake.champion(where) : 'base-1';
        const origin = { parent: fake.champion(where), source: 'server' as const, room: where };
        const candidate = { version, card: { version }, ...origin };
        await store.addCandidate({ ...candidate, weights: new Uint8Array(1) });
        fake.verbs.addCandidate({ ...candidate, weights: new Uint8Array(1) });
        const promotion = {
          room: where,
          version,
          expectedChampion,
          by: 'the gate',
          reason: 'It learned.',
          job,
        };
        return [await store.promoteModel(promotion), fake.verbs.promoteModel(promotion)];
      }
    }
  }

  /** The lists are compared now and then: each is a query. */
  async function compareState(i: number) {
    const free = { except: 'browsers' };
    const message = `step ${i}`;
    expect(stateOf(fake.verbs.nextJob(free)), message).toEqual(stateOf(await store.nextJob(free)));
    expect([...fake.verbs.listChampions()].sort()).toEqual([...(await store.listChampions())].sort());
    for (const room of rooms) {
      const [list, limits] = [
        { room, limit: 3 },
        { room, limit: 1_000, maxReplayed: 0 },
      ];
      const current = stateOf(await store.currentJob(room));
      expect(stateOf(fake.verbs.currentJob(room)), message).toEqual(current);
      if (i % 5 !== 0) continue;
      expect(fake.verbs.readChampion(room)).toEqual(await store.readChampion(room));
      expect(statesOf(fake.verbs.listJobs(list)), message).toEqual(statesOf(await store.listJobs(list)));
      const open = (await store.readOpenSamples(limits)).samples.length;
      expect(fake.verbs.readOpenSamples(limits).samples, message).toHaveLength(open);
    }
  }

  const answers = new Set<string>();
  for (let i = 0; i < steps; i++) {
    const [real, faked] = await step();
    expect(faked, `step ${i}`).toEqual(real);
    if (typeof real === 'string') answers.add(real);
    if (Array.isArray(real) && real.length > 0) answers.add('some');
    if (real !== null && typeof real === 'object' && 'version' in real) answers.add('followed');
    await compareState(i);
  }
  // Every possible answer of a verb occurred.
  expect([...answers].sort()).toEqual(
    'asked cancel cancelled ended followed go_on lost not_due not_running outdated promoted queued some unknown'.split(
      ' ',
    ),
  );
  await database.close();
});

const labelled = {
  digit: 1,
  author: 'ada',
  room: 'lobby',
  strokes: [[1, 2, 3, 4]],
  raster: new Uint8Array(784),
  guess: 7,
  probabilities: null,
  model: 'base-1',
};
