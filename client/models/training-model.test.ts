import { expect, test } from 'vitest';
import type { Training } from '../../shared/training-protocol.ts';
import { createFakeConnection, createFakeTime, flushPromises } from '../testing/fake-connection.ts';
import { createTrainingModel } from './training-model.ts';

const job = (phase: Training['phase'], rest: Partial<Training> = {}): Training => ({
  job: 'a',
  where: 'server',
  phase,
  step: 0,
  steps: 100,
  loss: null,
  accuracy: null,
  ...rest,
});
const atStep = (step: number) => job('training', { step, loss: 1 / step, accuracy: 0.5 });
const model = (version: string) => ({ version, card: { version } });

function setUp() {
  const line = createFakeConnection();
  const time = createFakeTime();
  const server: { training: Training | null } = { training: null };
  const training = createTrainingModel({
    connection: line.connection,
    api: {
      training: async () => ({
        ...server,
        untrained: 0,
        setAside: { labels: 0, mostOfOne: 0 },
        labelled: [],
        wrong: [],
        browsers: [],
        mayTrain: true,
        mayCancel: false,
        admin: false,
      }),
    },
    wait: time.wait,
  });
  line.goLive();
  return { line, time, server, training };
}

test('a job is followed step by step, and its curve starts anew after an interruption', () => {
  const { line, training } = setUp();
  line.emit('training', job('queued'));
  for (const step of [10, 20, 30]) line.emit('training', atStep(step));
  expect(training.steps.value.map(({ step }) => step)).toEqual([10, 20, 30]);
  line.emit('training', atStep(10));
  expect(training.steps.value.map(({ step }) => step)).toEqual([10]);
  line.emit('training', { ...atStep(5), job: 'b' });
  expect(training.steps.value.map(({ step }) => step)).toEqual([5]);
});

test.each([
  ['before the verdict', true],
  ['after it', false],
])('a promotion names its version, with events in the order %s', (_when, first) => {
  const { line, training } = setUp();
  line.emit('training', job('judging'));
  if (first) line.emit('model', model('v2'));
  line.emit('training', job('promoted', { message: 'Nine of ten.' }));
  if (!first) line.emit('model', model('v2'));
  expect(training.news.value).toEqual({ kind: 'promoted', message: 'Nine of ten.', version: 'v2' });
  expect(training.running.value).toBeUndefined();
  expect(training.ends.value).toBe(1);
});

test('a refusal is shown once, although the job and the model both report it', async () => {
  const { line, time, training } = setUp();
  line.emit('training', job('judging'));
  line.emit('training', job('refused', { message: 'The 7s fell.' }));
  const shown = training.news.value;
  line.emit('model', {
    refused: 'v2',
    reason: 'digit_fell',
    message: 'The 7s fell.',
    card: { version: 'v2' },
  });
  expect(training.news.value).toBe(shown);
  await time.pass();
  expect(training.news.value).toBeUndefined();
});

test('an earlier message does not end a later one early', async () => {
  const { line, time, training } = setUp();
  line.emit('training', job('refused', { message: 'No.' }));
  const passing = time.pass();
  line.emit('training', job('refused', { job: 'b', message: 'No again.' }));
  await passing;
  expect(training.news.value).toMatchObject({ message: 'No again.' });
});

test('a rollback is shown as one, and the same version is not shown again', () => {
  const { line, training } = setUp();
  line.emit('model', model('base'));
  expect(training.news.value).toBeUndefined();
  line.emit('model', model('v1'));
  expect(training.news.value).toEqual({ kind: 'switched', version: 'v1' });
});

test('a job that ended while the connection was lost has ended when it is back', async () => {
  const { line, server, training } = setUp();
  line.emit('training', atStep(10));
  line.goOffline();
  server.training = job('failed', { message: 'The process was killed.' });
  line.goLive();
  await flushPromises();
  expect(training.running.value).toBeUndefined();
  expect(training.news.value).toMatchObject({ kind: 'failed', message: 'The process was killed.' });
});

test('a page that opens after the end shows the end and no news', () => {
  const { training } = setUp();
  training.adopt(job('promoted', { message: 'Nine of ten.' }));
  expect(training.training.value?.phase).toBe('promoted');
  expect(training.news.value).toBeUndefined();
});

test('a late answer of the server does not replace what was received since', () => {
  const { line, training } = setUp();
  line.emit('training', atStep(20));
  line.emit('training', job('promoted'));
  training.adopt(atStep(10));
  expect(training.training.value?.phase).toBe('promoted');
});

const browser = (phase: Training['phase'], rest: Partial<Training> = {}) =>
  job(phase, { where: 'browser', device: 'WebGPU · card', ...rest });

test('browsers that train are counted apart from the server’s job', () => {
  const { line, training } = setUp();
  line.emit('training', atStep(10));
  line.emit('training', browser('training', { job: 'b' }));
  line.emit('training', browser('training', { job: 'c', device: 'WebAssembly' }));
  line.emit('training', browser('training', { job: 'b', step: 5 }));
  expect(training.training.value).toMatchObject({ job: 'a', step: 10 });
  expect(training.browsers.value.map(({ job, step }) => [job, step])).toEqual([
    ['b', 5],
    ['c', 0],
  ]);
  line.emit('training', browser('cancelled', { job: 'c' }));
  expect(training.browsers.value.map(({ job }) => job)).toEqual(['b']);
  expect(training.news.value).toBeUndefined();
});

test('a round of browsers shows its end once, with the version that predicts', () => {
  const { line, training } = setUp();
  for (const id of ['b', 'c']) line.emit('training', browser('judging', { job: id }));
  line.emit('model', model('v2'));
  for (const id of ['b', 'c'])
    line.emit('training', browser('promoted', { job: id, message: 'Two of two.' }));
  expect(training.news.value).toEqual({ kind: 'promoted', message: 'Two of two.', version: 'v2' });
  expect(training.browsers.value).toEqual([]);
});

test('the room watches the server’s job, else the browser that is farthest, each with its curve', () => {
  const { line, training } = setUp();
  expect(training.curve.value).toBeUndefined();
  const at = (job: string, step: number) =>
    browser('training', { job, step, loss: 1 / step, accuracy: 0.5, taught: { drawings: 9, people: 2 } });
  for (const step of [10, 20]) line.emit('training', at('b', step));
  for (const step of [10, 20, 30]) line.emit('training', at('c', step));
  expect(training.curve.value?.training).toMatchObject({ job: 'c', taught: { drawings: 9, people: 2 } });
  expect(training.curve.value?.steps.map(({ step }) => step)).toEqual([10, 20, 30]);
  line.emit('training', { ...at('b', 20), phase: 'judging' });
  expect(training.curve.value?.training.job).toBe('b');
  expect(training.curve.value?.steps).toHaveLength(2);
  line.emit('training', atStep(1));
  expect(training.curve.value?.training.job).toBe('a');
  for (const phase of ['promoted', 'refused'] as const) line.emit('training', job(phase));
  for (const id of ['b', 'c']) line.emit('training', browser('cancelled', { job: id }));
  expect(training.curve.value).toBeUndefined();
});

test('the news of a verdict shows what became of each digit', () => {
  const { line, training } = setUp();
  const digits = [{ digit: 7, count: 9, before: 0, after: 9 }];
  line.emit('training', job('promoted', { message: 'Nine of nine.', digits }));
  expect(training.news.value).toMatchObject({ kind: 'promoted', digits });
});
