import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Job } from '../../db/jobs.ts';
import { openEmpty } from '../../db/testing/data-folder-template.ts';
import { chance, createRandom, int } from '../../shared/random.ts';
import { createStore } from '../core/store.ts';
import { createFakeJobs } from './jobs.ts';

const steps = 250;
/** Silence limits: always exceeded, never exceeded. */
const silences = [-1_000_000, 1_000_000];
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

test('the fake jobs answer as the database does, over 250 seeded calls', async () => {
  const database = await openEmpty();
  const store = createStore(database);
  const fake = createFakeJobs(Date.now);
  const base = { version: 'base-1', card: { version: 'base-1' }, weights: new Uint8Array(1) };
  await store.ensureBase(base);
  const random = createRandom(5);
  let labels = 0;
  let versions = 0;
  let jobs = 0;
  const runs: Pick<Job, 'id' | 'attempt'>[] = [{ id: uuid(999), attempt: 1 }];
  const some = <T>(items: readonly T[]) => items[Math.max(0, items.length - 1 - int(random, 3))]!;
  const stateOf = (job: Job | null) =>
    job && {
      id: job.id,
      state: job.state,
      attempt: job.attempt,
      cancelWanted: job.cancelWanted,
      node: job.node,
      message: job.message,
      candidate: job.candidate,
      over: job.endedAt !== null,
    };

  async function step() {
    const run = some(runs);
    const silentMs = silences[int(random, 2)]!;
    switch (int(random, 12)) {
      case 0:
      case 1: {
        const wish = { id: uuid(++jobs), askedBy: chance(random, 0.3) ? 'browsers' : 'ada' };
        return [await store.requestJob(wish), fake.verbs.requestJob(wish)];
      }
      case 2: {
        const due = { askedBy: 'inkling', except: 'browsers', afterLabels: int(random, 4) };
        const wish = { id: uuid(++jobs), ...due, pauseMs: chance(random, 0.8) ? 0 : 1_000_000 };
        return [await store.requestDueJob(wish), fake.verbs.requestDueJob(wish)];
      }
      case 3:
      case 4: {
        const wish = { id: (await store.currentJob())?.id ?? uuid(998), node: `node ${jobs}`, silentMs };
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
        const id = chance(random, 0.4) ? ((await store.currentJob())?.id ?? run.id) : run.id;
        return [await store.cancelJob(id), fake.verbs.cancelJob(id)];
      }
      case 9: {
        const silent = { id: run.id, silentMs };
        return [await store.failSilentJob(silent), fake.verbs.failSilentJob(silent)];
      }
      case 10: {
        await sleep(3); // not in the same millisecond as a job's start
        fake.label();
        await store.recordLabel({ drawing: uuid(5_000 + ++labels), ...labelled, at: new Date() });
        await sleep(3);
        const claim = { job: run, limit: 1_000, maxReplayed: 0 };
        const [real, faked] = [await store.claimSamples(claim), fake.verbs.claimSamples({ job: run })];
        return [real, faked].map(claimed => (claimed === 'lost' ? claimed : claimed.samples.length));
      }
      default: {
        const version = `taught-${++versions}`;
        const expectedChampion = chance(random, 0.8) ? fake.champion() : 'base-1';
        const candidate = { version, card: { version }, parent: 'base-1', source: 'server' as const };
        await store.addCandidate({ ...candidate, weights: new Uint8Array(1) });
        fake.verbs.addCandidate({ ...candidate, weights: new Uint8Array(1) });
        const job = runs.at(-1) ?? run;
        const promotion = { version, expectedChampion, by: 'the gate', reason: 'It learned.', job };
        return [await store.promoteModel(promotion), fake.verbs.promoteModel(promotion)];
      }
    }
  }

  const answers = new Set<string>();
  for (let i = 0; i < steps; i++) {
    const [real, faked] = await step();
    expect(faked, `step ${i}`).toEqual(real);
    if (typeof real === 'string') answers.add(real);
    expect(stateOf(fake.verbs.currentJob()), `step ${i}`).toEqual(stateOf(await store.currentJob()));
    expect(await store.champion()).toEqual(fake.verbs.champion());
  }
  // Every possible answer of a verb occurred.
  expect([...answers].sort()).toEqual(
    'asked cancel cancelled ended failed go_on lost not_due not_running outdated promoted queued unknown'.split(
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
