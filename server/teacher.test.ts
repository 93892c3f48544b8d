import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../db/open.ts';
import { openEmpty } from '../db/test-template.ts';
import type { Training } from '../shared/protocol.ts';
import { createStore, type Store } from './store.ts';
import { createTeacher, type TeachingProcess } from './teacher.ts';
import type { Assignment, FromTeaching, Outcome } from './teaching-messages.ts';

/** The runner over a real database, with a teaching process that says what it is told to. */

let database: Database;
let store: Store;
let drawings = 0;
beforeAll(async () => {
  database = await openEmpty();
  store = createStore(database);
  await store.ensureBase({ version: 'base-1', card: { version: 'base-1' }, weights: Uint8Array.of(1) });
});
afterAll(() => database.close());

let assignments: Assignment[];
let announced: Training[];
let refusals: string[];
let say: (message: FromTeaching) => void;

beforeEach(() => {
  assignments = [];
  announced = [];
  refusals = [];
});

function createTestTeacher(
  auto: { afterLabels: number; pauseMs: number } = { afterLabels: 0, pauseMs: 0 },
  log = pino({ level: 'silent' }),
) {
  return createTeacher({
    store,
    base: { version: 'base-1', card: { version: 'base-1' }, weights: Uint8Array.of(1) },
    spawn(): TeachingProcess {
      return {
        send: assignment => assignments.push(assignment),
        onMessage(listener) {
          say = listener;
        },
        onExit: () => {},
        kill: () => {},
      };
    },
    announce: training => announced.push(training),
    refused: model => refusals.push(model.reason),
    promoted: () => Promise.resolve(),
    ...auto,
    log,
  });
}

async function label(count: number) {
  for (let done = 0; done < count; done++) {
    const drawing = `00000000-0000-4000-8000-${String(++drawings).padStart(12, '0')}`;
    await store.recordLabel({
      drawing,
      digit: 1,
      author: 'ada',
      room: 'lobby',
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

test('a promoted candidate becomes the champion with its labels learned; a refused one is kept with the reason', async () => {
  const teacher = createTestTeacher();
  await label(3);
  expect(await teacher.request({ askedBy: 'ada' })).toMatchObject({ ok: true });
  await expect.poll(() => assignments).toHaveLength(1);
  expect(assignments[0].lessons).toMatchObject([{ digit: 1, correction: true }, {}, {}]);
  expect(assignments[0].base).toBeNull();
  say({ type: 'done', outcome: outcome('refused', 5) });
  await expect.poll(lastPhase).toBe('refused');
  expect(refusals).toEqual(['mnist_fell']);
  expect(await store.champion()).toEqual({ version: 'base-1' });
  expect((await store.countByDigit({})).untrained).toBe(3);

  await teacher.request({ askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(2);
  say({ type: 'done', outcome: outcome('promoted', 6) });
  await expect.poll(lastPhase).toBe('promoted');
  expect((await store.countByDigit({})).untrained).toBe(0);
  const champion = await store.champion();
  expect(champion?.version).toMatch(/^taught-/);
  expect((await store.listModels({ limit: 10 })).map(({ status }) => status)).toEqual([
    'promoted',
    'refused',
    'promoted',
  ]);
  teacher.close();
});

test('with nothing to learn the job says so', async () => {
  const teacher = createTestTeacher();
  await teacher.request({ askedBy: 'ada' });
  await expect.poll(lastPhase).toBe('failed');
  expect(announced.at(-1)?.message).toContain('learned already');
  teacher.close();
});

test('a process that fails gives people its sentence and keeps the error to the log', async () => {
  const logged: string[] = [];
  const teacher = createTestTeacher(undefined, pino({}, { write: line => logged.push(line) }));
  await label(1);
  await teacher.request({ askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  say({ type: 'failed', message: 'It cannot learn.', error: new Error('no such file: /opt/a-file') });
  await expect.poll(lastPhase).toBe('failed');
  expect(announced.at(-1)?.message).toBe('It cannot learn.');
  expect((await store.listJobs({ limit: 1 }))[0]?.message).toBe('It cannot learn.');
  expect(logged.join('')).toContain('/opt/a-file');
  teacher.close();
});

test('labels refused before any training end the job with the reason and no version', async () => {
  const teacher = createTestTeacher();
  await label(1);
  const versions = (await store.listModels({ limit: 10 })).length;
  await teacher.request({ askedBy: 'ada' });
  await expect.poll(() => assignments).toHaveLength(1);
  const { verdict, before } = outcome('refused', 7);
  say({ type: 'done', outcome: { verdict, before } });
  await expect.poll(lastPhase).toBe('refused');
  expect(await store.listModels({ limit: 10 })).toHaveLength(versions);
  teacher.close();
});

test('by itself it begins once enough new labels are in and the pause is over, and not again for the same ones', async () => {
  const off = createTestTeacher();
  await label(5);
  await off.look();
  expect(assignments).toHaveLength(0);
  off.close();

  const paused = createTestTeacher({ afterLabels: 3, pauseMs: 60_000 });
  await label(3);
  await paused.look();
  expect(assignments).toHaveLength(0);
  paused.close();

  const teacher = createTestTeacher({ afterLabels: 3, pauseMs: 0 });
  // A label of the same millisecond as its start is not new to it.
  await new Promise(resolve => setTimeout(resolve, 2));
  await label(2);
  await teacher.look();
  expect(assignments).toHaveLength(0);
  await label(1);
  await teacher.look();
  expect(assignments).toHaveLength(1);
  say({ type: 'done', outcome: outcome('refused', 8) });
  await expect.poll(lastPhase).toBe('refused');
  await teacher.look();
  expect(assignments).toHaveLength(1);
  teacher.close();
});
