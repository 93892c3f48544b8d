import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../db/connection/open-database.ts';
import { openEmpty } from '../../db/testing/data-folder-template.ts';
import type { Training } from '../../shared/training-protocol.ts';
import { after } from '../core/schedule.ts';
import { createStore, type Store } from '../core/store.ts';
import type {
  FromTraining,
  Outcome,
  Preparation,
  TrainingAssignment,
} from '../job-workers/training-worker-messages.ts';
import { silentMs } from '../process/signs-of-work.ts';
import { createSchedule } from '../testing/schedule.ts';
import type { TrainingProcess } from './prepared-process.ts';
import { createTrainingRunner, type TrainingRunnerParts } from './training-runner.ts';

/** The runner over a real database, with a training process that sends what a test asks for. */

let database: Database;
let store: Store;
let drawings = 0;
const room = 'lobby';
beforeAll(async () => {
  database = await openEmpty();
  store = createStore(database);
  await store.ensureBase({ version: 'base-1', card: { version: 'base-1' }, weights: Uint8Array.of(1) });
});
afterAll(() => database.close());

let assignments: TrainingAssignment[];
let prepared: Preparation[];
let announced: Training[];
let announcedIn: string[];
let latest: Map<string, Training>;
let refusals: string[];
let send: (message: FromTraining) => void;

beforeEach(() => {
  assignments = [];
  prepared = [];
  announced = [];
  announcedIn = [];
  latest = new Map();
  refusals = [];
});

function createTestRunner(
  auto: { afterLabels: number; pauseMs: number } = { afterLabels: 0, pauseMs: 0 },
  log = pino({ level: 'silent' }),
  change: Partial<TrainingRunnerParts> = {},
) {
  return createTrainingRunner({
    store,
    base: { version: 'base-1', card: { version: 'base-1' }, weights: Uint8Array.of(1) },
    stepsShare: 1,
    spawn(): TrainingProcess {
      return {
        send(message) {
          if (message.type === 'learn') assignments.push(message);
          else prepared.push(message);
        },
        onMessage(listener) {
          send = listener;
        },
        onExit: () => {},
        kill: () => {},
      };
    },
    news: {
      announce(where, training) {
        announced.push(training);
        announcedIn.push(where);
        latest.set(where, training);
      },
      latest: where => latest.get(where) ?? null,
      confirm: async () => {},
    },
    announcer: {
      model(where, model) {
        if ('refused' in model) refusals.push(where === room ? model.reason : `${model.reason} in ${where}`);
      },
    },
    registry: { refresh: async () => {} },
    after,
    ...auto,
    log,
    ...change,
  });
}

const step = (number: number) =>
  ({ phase: 'training', step: number, steps: 300, loss: 1, accuracy: 0.5 }) as const;

async function label(count: number, where = room) {
  for (let done = 0; done < count; done++) {
    const drawing = `00000000-0000-4000-8000-${String(++drawings).padStart(12, '0')}`;
    await store.recordLabel({
      drawing,
      digit: 1,
      author: 'ada',
      room: where,
      strokes: [[1, 2, 3, 4]],
      raster: new Uint8Array(784),
      guess: 7,
      probabilities: null,
      model: 'base-1',
      at: new Date(),
    });
  }
}

const set = { count: 0, accuracy: 1, perDigit: [], ece: 0, confusion: [] };
const figures = {
  sets: { mnist: set, strangers: set, corrections: set, lessons: set, marked: set },
  canariesFired: 0,
  microsPerImage: 100,
};
const evidence = { strangers: 0, level: 'none' as const };

function outcome(kind: 'promoted' | 'refused', weights: number): Outcome {
  const verdict: Outcome['verdict'] =
    kind === 'promoted'
      ? { kind, message: 'learned', evidence }
      : { kind, reason: 'mnist_fell', message: 'MNIST fell', evidence };
  return { verdict, before: figures, candidate: { weights: Uint8Array.of(weights), after: figures } };
}

const lastPhase = () => announced.at(-1)?.phase;

test('[G3] [J2] a promoted candidate becomes the champion with its labels trained; a refused one is kept with the reason', async () => {
  const runner = createTestRunner();
  await label(3);
  expect(await runner.request({ room, askedBy: 'ada' })).toMatchObject({ ok: true });
  await expect.poll(() => assignments).toHaveLength(1);
  expect(assignments[0].samples).toMatchObject([{ digit: 1, correction: true }, {}, {}]);
  expect(assignments[0].base).toBeNull();
  send({ type: 'done', outcome: outcome('refused', 5) });
  await expect.poll(lastPhase).toBe('refused');
  expect(refusals).toEqual(['mnist_fell']);
  expect(await store.readChampion(room)).toEqual({ version: 'base-1' });
  expect((await store.countByDigit({ room })).untrained).toBe(3);

  await runner.request({ room, askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(2);
  send({ type: 'done', outcome: outcome('promoted', 6) });
  await expect.poll(lastPhase).toBe('promoted');
  expect((await store.countByDigit({ room })).untrained).toBe(0);
  const champion = await store.readChampion(room);
  expect(champion?.version).toMatch(/^taught-/);
  expect((await store.listModels({ room, limit: 10 })).map(({ status }) => status)).toEqual([
    'promoted',
    'refused',
    'promoted',
  ]);
  await runner.stop();
});

test('[J12] a job reports how much it learns and of how many people, and what became of each digit', async () => {
  const runner = createTestRunner();
  await label(2, 'j12');
  await runner.request({ room: 'j12', askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  expect(announced.at(-1)).toMatchObject({ phase: 'measuring', taught: { drawings: 2, people: 1 } });
  const sure = { step: 9, steps: 9, loss: 0.1, accuracy: 1 };
  send({ type: 'progress', progress: { phase: 'judging', ...sure } });
  expect(announced.at(-1)).toMatchObject({ phase: 'judging', taught: { drawings: 2, people: 1 } });
  const read = (one: number[], two: number[]) => {
    const confusion = [[0, 0], one, two].map(row => [...row, ...Array<number>(8).fill(0)]);
    return { ...figures, sets: { ...figures.sets, lessons: { ...set, confusion } } };
  };
  const done = outcome('refused', 7);
  const [before, after] = [read([2, 1, 0], [0, 0, 1]), read([0, 3, 0], [0, 0, 1])];
  send({ type: 'done', outcome: { ...done, before, candidate: { weights: Uint8Array.of(7), after } } });
  await expect.poll(lastPhase).toBe('refused');
  expect(announced.at(-1)?.digits).toEqual([
    { digit: 1, count: 3, before: 1, after: 3 },
    { digit: 2, count: 1, before: 1, after: 1 },
  ]);
  await runner.stop();
});

test('[J9] a job with nothing to learn fails with the reason', async () => {
  const runner = createTestRunner();
  await runner.request({ room, askedBy: 'ada' });
  await expect.poll(lastPhase).toBe('failed');
  expect(announced.at(-1)?.message).toContain('learned already');
  await runner.stop();
});

test('[J9] a worker that fails gives people its sentence and keeps the error for the log', async () => {
  const logged: string[] = [];
  const runner = createTestRunner(undefined, pino({}, { write: line => logged.push(line) }));
  await label(1);
  await runner.request({ room, askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  send({ type: 'failed', message: 'It cannot learn.', error: new Error('no such file: /opt/a-file') });
  await expect.poll(lastPhase).toBe('failed');
  expect(announced.at(-1)?.message).toBe('It cannot learn.');
  expect((await store.listJobs({ room, limit: 1 }))[0]?.message).toBe('It cannot learn.');
  expect(logged.join('')).toContain('/opt/a-file');
  await runner.stop();
});

test('[G4] labels refused before any training end the job with the reason and no version', async () => {
  const runner = createTestRunner();
  await label(1);
  const versions = (await store.listModels({ room, limit: 10 })).length;
  await runner.request({ room, askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  const { verdict, before } = outcome('refused', 7);
  send({ type: 'done', outcome: { verdict, before } });
  await expect.poll(lastPhase).toBe('refused');
  expect(await store.listModels({ room, limit: 10 })).toHaveLength(versions);
  await runner.stop();
});

test('[J5] jobs start by themselves by what the database knows: other nodes agree, and a restart changes nothing', async () => {
  const off = createTestRunner();
  await label(5);
  await off.poll();
  expect(assignments).toHaveLength(0);
  await off.stop();

  // The job before this test ended less than a minute ago, on a runner that is gone.
  const paused = createTestRunner({ afterLabels: 3, pauseMs: 60_000 });
  await paused.poll();
  expect(assignments).toHaveLength(0);
  await paused.stop();

  // Five labels came since then, while this runner did not exist.
  const runner = createTestRunner({ afterLabels: 3, pauseMs: 0 });
  await runner.poll();
  expect(assignments).toHaveLength(1);
  send({ type: 'done', outcome: outcome('refused', 8) });
  await expect.poll(lastPhase).toBe('refused');
  const other = createTestRunner({ afterLabels: 3, pauseMs: 0 });
  // A label of the same millisecond as a job's start is not new to it.
  await new Promise(resolve => setTimeout(resolve, 2));
  await label(2);
  for (const node of [runner, other]) await node.poll();
  expect(assignments).toHaveLength(1);
  await label(1);
  await other.poll();
  expect(assignments).toHaveLength(2);
  send({ type: 'done', outcome: outcome('refused', 12) });
  await expect.poll(() => store.currentJob(room)).toBeNull();
  await Promise.all([runner.stop(), other.stop()]);
});

test('a beat during a promotion neither frees the node nor orphans the next job', async () => {
  const slow = Promise.withResolvers<void>();
  const beats: (() => void)[] = [];
  const runner = createTestRunner(undefined, undefined, {
    registry: { refresh: () => slow.promise },
    after(ms, run) {
      if (ms < 60_000) beats.push(run);
      return () => {};
    },
  });
  await label(1);
  await runner.request({ room, askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  send({ type: 'done', outcome: outcome('promoted', 9) });
  await expect.poll(() => store.currentJob(room)).toBeNull();
  // The job is over in the database, so that its runner has lost it; its node still serves the new version.
  beats.at(-1)?.();
  await label(1);
  await store.requestJob({ id: '00000000-0000-4000-8000-00000000000a', room, askedBy: 'ada' });
  await runner.poll();
  expect(assignments).toHaveLength(1);
  slow.resolve();
  await expect.poll(lastPhase).toBe('promoted');
  await runner.poll();
  expect(assignments).toHaveLength(2);
  send({ type: 'done', outcome: outcome('refused', 10) });
  await expect.poll(lastPhase).toBe('refused');
  expect(await store.currentJob(room)).toBeNull();
  await runner.stop();
});

test('[J14] a lesson is prepared once its room has some new labels, with the version that it will train', async () => {
  const runner = createTestRunner();
  const version = (await store.readChampion(room))?.version;
  await label(4);
  for (let nth = 0; nth < 3; nth++) runner.labelled(room);
  await runner.poll();
  expect(prepared).toHaveLength(0);
  runner.labelled(room);
  await expect.poll(() => prepared).toHaveLength(1);
  expect(prepared[0].champion).toEqual((await store.loadModel(version!))?.weights);
  await runner.request({ room, askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  expect(assignments[0]).toMatchObject({ champion: prepared[0].champion, gate: prepared[0].gate });
  send({ type: 'done', outcome: outcome('refused', 14) });
  await expect.poll(lastPhase).toBe('refused');
  await runner.stop();
});

test('[G8] a lesson and its preparation read the operator’s own pens, and it takes the operator’s share of the steps', async () => {
  const runner = createTestRunner(undefined, undefined, { pensFile: '/srv/pens.jsonl', stepsShare: 0.4 });
  await label(4);
  for (let nth = 0; nth < 4; nth++) runner.labelled(room);
  await expect.poll(() => prepared).toHaveLength(1);
  await runner.request({ room, askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  expect([prepared[0].pensFile, assignments[0].pensFile]).toEqual(Array(2).fill('/srv/pens.jsonl'));
  expect(assignments[0].stepsShare).toBe(0.4);
  send({ type: 'done', outcome: outcome('refused', 15) });
  await expect.poll(lastPhase).toBe('refused');
  await runner.stop();
});

test('[J13] a job that shows signs of work is not ended for its length, one that hangs is', async () => {
  const schedule = createSchedule();
  let kills = 0;
  const spawn = (): TrainingProcess => ({
    send: message => void (message.type === 'learn' && assignments.push(message)),
    onMessage(listener) {
      send = listener;
    },
    onExit: () => {},
    kill: () => void kills++,
  });
  const runner = createTestRunner(undefined, undefined, { spawn, after: schedule.after });
  await label(1);
  await runner.request({ room, askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  for (let sign = 0; sign < 4; sign++) {
    await schedule.advance(silentMs - 1);
    send(sign % 2 === 0 ? { type: 'alive' } : { type: 'progress', progress: step(sign) });
  }
  expect(kills).toBe(0);
  await schedule.advance(silentMs);
  expect(kills).toBe(1);
  send({ type: 'done', outcome: outcome('refused', 13) });
  await expect.poll(lastPhase).toBe('refused');
  await runner.stop();
  expect(schedule.armed()).toBe(0);
});

test('[J4] a job that is cancelled while its candidate is evaluated ends as cancelled', async () => {
  const runner = createTestRunner();
  await label(1);
  const asked = await runner.request({ room, askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  if (asked.ok) await store.cancelJob(asked.value.job);
  send({ type: 'done', outcome: outcome('promoted', 11) });
  await expect.poll(lastPhase).toBe('cancelled');
  expect(announced.at(-1)?.message).toBe('Cancelled.');
  expect(await store.listJobs({ room, limit: 1 })).toMatchObject([
    { state: 'cancelled', message: 'Cancelled.' },
  ]);
  await runner.stop();
});

test('[J4] a job is cancelled by the session that started it and by admins, by nobody else', async () => {
  const runner = createTestRunner();
  await label(1);
  const asked = await runner.request({ room, askedBy: 'ada' });
  if (!asked.ok) throw new Error(asked.message);
  const { job } = asked.value;
  for (const author of ['bo', null])
    expect(await runner.cancel(job, { author, admin: false })).toMatchObject({ reason: 'not_yours' });
  expect(await store.currentJob(room)).toMatchObject({ id: job, cancelWanted: false });
  expect(await runner.cancel(job, { author: 'ada', admin: false })).toEqual({ ok: true });
  await expect.poll(lastPhase).toBe('cancelled');
  await runner.stop();
});

test('[J11] jobs of two rooms run one after the other, the one asked for first first, each on its own labels', async () => {
  const runner = createTestRunner();
  await label(2, '4b');
  await label(3, '5c');
  const asked = await runner.request({ room: '4b', askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  const progress = { phase: 'training', step: 5, steps: 9, loss: 0.5, accuracy: 0.5 } as const;
  send({ type: 'progress', progress });
  expect(await runner.request({ room: '5c', askedBy: 'bo' })).toMatchObject({ ok: true });
  expect(await runner.request({ room: '4b', askedBy: 'eva' })).toMatchObject({ reason: 'busy' });
  await runner.poll();
  expect(assignments.map(({ samples }) => samples.length)).toEqual([2]);
  send({ type: 'done', outcome: outcome('promoted', 21) });
  await expect.poll(() => latest.get('4b')?.phase).toBe('promoted');
  // The newest message of one room’s job survives that of another room.
  expect(latest.get('4b')).toMatchObject({ step: 5, steps: 9, ...(asked.ok && asked.value) });
  expect(latest.get('5c')).toMatchObject({ phase: 'queued', step: 0 });
  const untrained = async (where: string) => (await store.countByDigit({ room: where })).untrained;
  expect([await untrained('4b'), await untrained('5c')]).toEqual([0, 3]);
  const own = (await store.listChampions()).get('4b');
  expect(own).toMatch(/^taught-/);
  expect((await store.listChampions()).get('5c')).toBeUndefined();

  await runner.poll();
  await expect.poll(() => assignments).toHaveLength(2);
  expect(assignments[1]?.samples).toHaveLength(3);
  // It starts from the house’s champion, not from the other room’s.
  const champion = await store.loadModel((await store.readChampion('5c'))?.version ?? '');
  expect(assignments[1]?.champion).toEqual(champion?.weights);
  expect(assignments[1]?.gate).toBe('room');
  send({ type: 'done', outcome: outcome('refused', 22) });
  await expect.poll(() => latest.get('5c')?.phase).toBe('refused');
  expect(refusals).toEqual(['mnist_fell in 5c']);
  expect(await untrained('5c')).toBe(3);
  expect((await store.listChampions()).get('4b')).toBe(own);
  expect(new Set(announcedIn)).toEqual(new Set(['4b', '5c']));
  await runner.stop();
});

test('[J11] a room’s next job builds on the room’s own champion, and cancelling another room’s leaves it', async () => {
  const runner = createTestRunner();
  await label(1, '4b');
  await runner.request({ room: '4b', askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  const own = await store.loadModel((await store.listChampions()).get('4b') ?? '');
  expect(assignments[0]?.champion).toEqual(own?.weights);
  expect(assignments[0]?.base).not.toBeNull();
  const other = await runner.request({ room: '5c', askedBy: 'bo' });
  if (!other.ok) throw new Error(other.message);
  expect(await runner.cancel(other.value.job, { author: 'ada', admin: false })).toMatchObject({
    reason: 'not_yours',
  });
  expect(await runner.cancel(other.value.job, { author: 'bo', admin: false })).toEqual({ ok: true });
  expect(latest.get('5c')?.phase).toBe('cancelled');
  expect(await store.currentJob('4b')).toMatchObject({ state: 'running' });
  send({ type: 'done', outcome: outcome('refused', 23) });
  await expect.poll(() => latest.get('4b')?.phase).toBe('refused');
  await runner.stop();
});
