import { expect, test } from 'vitest';
import type { Job } from '../../db/jobs.ts';
import type { Training } from '../../shared/training-protocol.ts';
import { createTrainingProgress } from './training-progress.ts';

const training = (job: string, phase: Training['phase'] = 'training'): Training => {
  return { job, where: 'server', phase, step: 1, steps: 9, loss: 0.5, accuracy: 0.5 };
};

function setUp() {
  const [announced, published]: [[string, Training][], [string, Training][]] = [[], []];
  const asked: string[] = [];
  /** By room. */
  const jobs: Record<string, Job[]> = {};
  let listener = (_room: string, _training: Training) => {};
  let refreshed = 0;
  const progress = createTrainingProgress({
    store: {
      async listJobs({ room }) {
        asked.push(room);
        return jobs[room] ?? [];
      },
    },
    announcer: { training: (...message) => void announced.push(message) },
    registry: {
      async refresh() {
        refreshed++;
      },
    },
    cluster: {
      publishTraining: (...message) => void published.push(message),
      onTraining(added) {
        listener = added;
      },
    },
  });
  return {
    progress,
    announced,
    published,
    asked,
    jobs,
    refreshed: () => refreshed,
    receive: (room: string, training: Training) => listener(room, training),
  };
}

const jobOf = (id: string, state: Job['state'], message: string | null = null): Job => ({
  id,
  state,
  message,
  room: '4b',
  askedBy: 'ada',
  samples: null,
  price: null,
  attempt: 1,
  cancelWanted: false,
  wantedAt: new Date(0),
  startedAt: new Date(0),
  beatAt: new Date(0),
  endedAt: new Date(0),
  node: null,
  candidate: null,
  verdict: null,
});

test('[J11] a job is announced in its room, here and on the other nodes', () => {
  const { progress, announced, published, receive } = setUp();
  progress.announce('4b', training('a'));
  receive('5c', training('b'));
  expect(announced.map(([room, { job }]) => [room, job])).toEqual([
    ['4b', 'a'],
    ['5c', 'b'],
  ]);
  expect(published.map(([room, { job }]) => [room, job])).toEqual([['4b', 'a']]);
  expect([progress.latest('4b')?.job, progress.latest('5c')?.job]).toEqual(['a', 'b']);
  expect(progress.latest('lobby')).toBeNull();
});

test('[J10] [J11] the end of the last job of each room is compared with the database until it is over', async () => {
  const { progress, announced, asked, jobs, refreshed } = setUp();
  for (const [room, job] of [
    ['4b', 'a'],
    ['5c', 'b'],
  ] as const)
    progress.announce(room, training(job));
  jobs['4b'] = [jobOf('a', 'promoted', 'It learned.')];
  jobs['5c'] = [jobOf('b', 'running')];
  await progress.confirm();
  expect(announced.at(-1)).toMatchObject(['4b', { job: 'a', phase: 'promoted', message: 'It learned.' }]);
  expect(refreshed()).toBe(1);
  expect(progress.latest('5c')).toMatchObject({ job: 'b', phase: 'training' });
  asked.length = 0;
  await progress.confirm();
  expect(asked).toEqual(['5c']);
});

test('[J10] a late message of a job that is over changes nothing, one of another room’s job does', async () => {
  const { progress, announced, jobs, receive } = setUp();
  progress.announce('4b', training('a'));
  jobs['4b'] = [jobOf('a', 'failed', 'It failed.')];
  await progress.confirm();
  const before = announced.length;
  receive('4b', training('a'));
  expect(announced).toHaveLength(before);
  expect(progress.latest('4b')).toMatchObject({ phase: 'failed' });
  receive('5c', training('b'));
  expect(announced.at(-1)?.[0]).toBe('5c');
});

test('rooms are forgotten, those with the oldest message first', () => {
  const { progress } = setUp();
  for (let room = 0; room < 1_200; room++) progress.announce(`room-${room}`, training('a'));
  expect(progress.latest('room-0')).toBeNull();
  expect(progress.latest('room-1199')).not.toBeNull();
});
