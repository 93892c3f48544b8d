import { randomUUID } from 'node:crypto';
import { sql } from 'slonik';
import { describe, expect, test } from 'vitest';
import type { Database } from './connection/open-database.ts';
import {
  beat,
  cancelJob,
  currentJob,
  endJob,
  type Job,
  listJobs,
  recoverJobs,
  requestJob,
  startJob,
} from './jobs.ts';
import { claimed, kinds, label, sampleOf, startedJob, useDatabases } from './testing/databases.ts';
import { claimSamples } from './training-samples.ts';

const databases = useDatabases();

describe.each(kinds)('on %s', kind => {
  let db: Database;
  databases.eachTest(kind, opened => {
    db = opened;
  });

  const request = (id: string = randomUUID(), samples?: number[]) =>
    requestJob(db, { room: 'lobby', id, askedBy: 'ada', samples });
  const fail = (job: Job) => endJob(db, { job, state: 'failed', message: 'crashed' });
  /** Lets the last beat of each runner be an hour old; returns a limit that it exceeds, and that no machine needs. */
  const silence = async () => {
    await db.run(connection =>
      connection.query(sql.unsafe`UPDATE jobs SET beat_at = beat_at - interval '1 hour'`),
    );
    return { silentMs: 1_800_000 };
  };

  test('[J1] of many jobs requested at once one is queued, and the other requests are answered with its id', async () => {
    const ids = Array.from({ length: 8 }, () => randomUUID());
    const answers = await Promise.all(ids.map(id => request(id)));
    const queued = ids.filter((_, index) => answers[index] === 'queued');
    expect(queued).toHaveLength(1);
    expect(answers.filter(answer => answer !== 'queued')).toEqual(Array(7).fill({ busy: queued[0] }));
    expect(await currentJob(db, 'lobby')).toMatchObject({
      id: queued[0],
      state: 'queued',
      askedBy: 'ada',
      samples: null,
      attempt: 0,
      wantedAt: expect.any(Date),
      startedAt: null,
    });
  });

  test('[J1] asking again for the same job changes nothing, also when it is over', async () => {
    const id = randomUUID();
    const samples = [await sampleOf(db, label(3)), await sampleOf(db, label(1))];
    expect(await request(id, samples)).toBe('queued');
    expect(await request(id)).toBe('queued');
    expect(await currentJob(db, 'lobby')).toMatchObject({ samples });
    await cancelJob(db, id);
    expect(await request(id)).toBe('queued');
    expect(await currentJob(db, 'lobby')).toBeNull();
  });

  test('[J1] many nodes start the job at once, and one of them runs it', async () => {
    const id = randomUUID();
    await request(id);
    const nodes = Array.from({ length: 8 }, (_, index) => `node-${index}`);
    const answers = await Promise.all(nodes.map(node => startJob(db, { id, node })));
    const runner = nodes.find((_, index) => answers[index] !== null);
    expect(answers.filter(answer => answer !== null)).toMatchObject([
      { id, state: 'running', node: runner, attempt: 1, startedAt: expect.any(Date) },
    ]);
    expect(await request()).toEqual({ busy: id });
    expect(await startJob(db, { id: randomUUID(), node: 'late' })).toBeNull();
  });

  test('an ended job has a message and makes room for the next', async () => {
    const job = await startedJob(db);
    const end = {
      job,
      state: 'refused',
      message: 'sevens fell',
      candidate: 'v2',
      verdict: { fell: 7 },
    } as const;
    expect(await endJob(db, end)).toBe('ended');
    expect(await endJob(db, end)).toBe('ended');
    expect(await endJob(db, { job, state: 'cancelled', message: '' })).toBe('lost');
    expect(await beat(db, job)).toBe('lost');
    expect(await currentJob(db, 'lobby')).toBeNull();
    const next = await startedJob(db);
    expect(await listJobs(db, { room: 'lobby', limit: 9 })).toMatchObject([
      { id: next.id, state: 'running' },
      { id: job.id, state: 'refused', message: 'sevens fell', candidate: 'v2', verdict: { fell: 7 } },
    ]);
    expect(await listJobs(db, { room: 'lobby', limit: 1 })).toHaveLength(1);
  });

  describe('cancelling', () => {
    test('[J4] ends a queued job at once', async () => {
      const id = randomUUID();
      await request(id);
      expect(await cancelJob(db, id)).toBe('cancelled');
      expect(await cancelJob(db, id)).toBe('unknown');
      expect(await startJob(db, { id, node: 'a' })).toBeNull();
    });

    test('[J4] reaches a running job at its runner’s next beat, and claims nothing from then on', async () => {
      const job = await startedJob(db);
      expect(await beat(db, job)).toBe('go_on');
      expect(await cancelJob(db, job.id)).toBe('asked');
      expect(await beat(db, job)).toBe('cancel');
      expect(await claimSamples(db, { job, limit: 1, maxReplayed: 0 })).toBe('lost');
      expect(await endJob(db, { job, state: 'cancelled', message: 'by ada' })).toBe('ended');
    });
  });

  describe('a runner that was killed', () => {
    test('[J3] is not taken for dead while it beats', async () => {
      const job = await startedJob(db);
      const late = await silence();
      await beat(db, job);
      expect(await recoverJobs(db, late)).toEqual([]);
      expect(await startJob(db, { id: job.id, node: 'b' })).toBeNull();
    });

    test('[J3] gives its claims back to the node that takes the job over', async () => {
      const sample = await sampleOf(db, label(1));
      const job = await startedJob(db);
      expect((await claimed(db, job)).samples).toHaveLength(1);
      const late = await silence();
      expect(await startJob(db, { id: job.id, node: 'b' })).toBeNull();
      const again = await Promise.all(
        ['b', 'c', 'd'].map(async node => {
          await recoverJobs(db, late);
          return startJob(db, { id: job.id, node });
        }),
      );
      const [second, ...more] = again.filter(answer => answer !== null);
      expect(more).toEqual([]);
      expect(second).toMatchObject({ id: job.id, state: 'running', attempt: 2, message: null });
      expect((await claimed(db, second!)).samples.map(({ id }) => id)).toEqual([sample]);
    });

    test('[J3] and is only slow after all can neither beat, claim nor end the job any more', async () => {
      const slow = await startedJob(db);
      await recoverJobs(db, await silence());
      const job = await startJob(db, { id: slow.id, node: 'b' });
      expect(await beat(db, slow)).toBe('lost');
      expect(await claimSamples(db, { job: slow, limit: 1, maxReplayed: 0 })).toBe('lost');
      expect(await fail(slow)).toBe('lost');
      expect(await beat(db, job!)).toBe('go_on');
    });

    test('[J3] a second time fails the job, and its claims are free for the next one', async () => {
      await sampleOf(db, label(1));
      const first = await startedJob(db);
      await recoverJobs(db, await silence());
      const second = await startJob(db, { id: first.id, node: 'b' });
      expect((await claimed(db, second!)).samples).toHaveLength(1);
      expect(await recoverJobs(db, await silence())).toMatchObject([
        {
          state: 'failed',
          message: 'The node that ran it (b) stopped answering.',
          endedAt: expect.any(Date),
        },
      ]);
      expect(await currentJob(db, 'lobby')).toBeNull();
      expect((await claimed(db, await startedJob(db))).samples).toHaveLength(1);
    });

    test('[J4] leaves a job cancelled that was to be cancelled', async () => {
      const job = await startedJob(db);
      await cancelJob(db, job.id);
      expect(await recoverJobs(db, await silence())).toMatchObject([{ id: job.id, state: 'cancelled' }]);
    });
  });
});
