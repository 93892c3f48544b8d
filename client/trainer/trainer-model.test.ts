import { expect, test } from 'vitest';
import type { Contribution, JoinedRound } from '../../shared/http-api.ts';
import type { Checkpoint } from '../../training/learn/train.ts';
import { type Answer, noAnswer } from '../net/retry.ts';
import { createFakeTime, flushPromises, refusal } from '../testing/fake-connection.ts';
import type { RoundApi } from './round-api.ts';
import type { Trainer } from './start-worker.ts';
import { createTrainerModel } from './trainer-model.ts';
import type { Device, FromTrainer, ToTrainer } from './worker-messages.ts';

const card: Device = { kind: 'webgpu', name: 'WebGPU · card', samplesPerSecond: 900 };
const processor: Device = { kind: 'wasm', name: 'WebAssembly', samplesPerSecond: 500 };
const checkpoint: Checkpoint = { step: 20, params: {}, averaged: {}, first: {}, second: {} };
const bytes = new Uint8Array([1, 2, 3]);

/** A worker whose messages the test sends with `emit`. */
function createFakeTrainer() {
  const received: ToTrainer[] = [];
  let listener = (_message: FromTrainer) => {};
  let broken = () => {};
  const fake = {
    received,
    stopped: false,
    emit: (message: FromTrainer) => listener(message),
    found: (...devices: Device[]) => listener({ type: 'found', devices }),
    step: (step: number) =>
      listener({ type: 'step', step, steps: 100, loss: 1 / step, accuracy: 0.5, samplesPerSecond: 640 }),
    breaks: () => broken(),
  };
  const trainer: Trainer = {
    send: message => received.push(message),
    onMessage(next) {
      listener = next;
    },
    onBroken(next) {
      broken = next;
    },
    stop() {
      fake.stopped = true;
    },
  };
  return { fake, trainer };
}

interface Answers {
  join: Answer<JoinedRound>;
  upload: Answer<Contribution>[];
  progress: Answer;
}

function setUp() {
  const time = createFakeTime();
  const clock = { ms: 0 };
  const workers: ReturnType<typeof createFakeTrainer>['fake'][] = [];
  const requests: unknown[][] = [];
  const answers: Answers = {
    join: { ok: true, value: { job: 'j', base: 'v1' } },
    upload: [{ ok: true, value: { version: 'v2', participants: 1, message: 'It learned.' } }],
    progress: { ok: true },
  };
  const round: RoundApi = {
    async join(device, price) {
      requests.push(price === undefined ? ['join', device] : ['join', device, price]);
      return answers.join;
    },
    async weights(version) {
      requests.push(['weights', version]);
      return bytes;
    },
    async pack() {
      requests.push(['pack']);
      return bytes;
    },
    async progress(job, report) {
      requests.push(['progress', job, report.step, report.device]);
      return answers.progress;
    },
    async upload({ job, base }) {
      requests.push(['upload', job, base]);
      return answers.upload.length > 1 ? answers.upload.shift()! : answers.upload[0]!;
    },
    async leave(job) {
      requests.push(['leave', job]);
      return { ok: true };
    },
  };
  const model = createTrainerModel({
    startTrainer() {
      const { fake, trainer } = createFakeTrainer();
      workers.push(fake);
      return trainer;
    },
    round,
    champion: () => 'v1',
    wait: time.wait,
    now: () => clock.ms,
    random: () => 0.5,
  });
  return { time, clock, workers, requests, answers, model };
}

async function toTraining(at: ReturnType<typeof setUp>) {
  at.model.start();
  at.workers[0]!.found(card);
  await flushPromises();
}

test('a host lets the round pay more on MNIST', async () => {
  const { model, workers, requests } = setUp();
  model.start(0.1);
  workers[0]!.found(card);
  await flushPromises();
  expect(requests).toContainEqual(['join', card.name, 0.1]);
});

test('finds a device, joins the round, reports steps, uploads the weights and shows the verdict', async () => {
  const at = setUp();
  const { model, workers, requests, clock } = at;
  await toTraining(at);
  const [worker] = workers;
  expect(worker!.received.map(({ type }) => type)).toEqual(['find', 'train']);
  for (const step of [1, 2, 3]) worker!.step(step);
  clock.ms = 1_100;
  worker!.step(4);
  await flushPromises();
  expect(model.training.value).toMatchObject({
    job: 'j',
    where: 'browser',
    phase: 'training',
    step: 4,
    steps: 100,
  });
  expect(model.steps.value).toHaveLength(4);
  worker!.emit({ type: 'done', weights: bytes });
  await flushPromises();
  expect(model.state.value).toEqual({ state: 'ended', end: 'promoted', message: 'It learned.' });
  expect(worker!.stopped).toBe(true);
  expect(requests).toEqual([
    ['pack'], // while the devices are tried …
    ['weights', 'v1'], // … as these
    ['join', 'WebGPU · card'],
    ['weights', 'v1'],
    ['pack'],
    ['progress', 'j', 1, 'WebGPU · card'],
    ['progress', 'j', 4, 'WebGPU · card'],
    ['upload', 'j', 'v1'],
  ]);
});

test('after the loss of a device, the next best resumes from the checkpoint', async () => {
  const at = setUp();
  const { model, workers, requests } = at;
  await toTraining(at);
  workers[0]!.step(25);
  workers[0]!.emit({ type: 'saved', checkpoint });
  workers[0]!.emit({ type: 'lost', why: 'destroyed' });
  await flushPromises();
  expect(workers[0]!.stopped).toBe(true);
  expect(workers[1]!.received).toEqual([{ type: 'find', avoid: ['webgpu'], timeMs: 1000 }]);
  workers[1]!.found(processor);
  await flushPromises();
  expect(workers[1]!.received[1]).toMatchObject({ type: 'train', from: { step: 20 } });
  at.clock.ms += 1_000;
  workers[1]!.step(21);
  expect(requests.at(-1)).toEqual(['progress', 'j', 21, 'WebAssembly']);
  expect(model.steps.value.map(({ step }) => step)).toEqual([21]);
  expect(model.device.value?.name).toBe('WebAssembly');
  expect(model.notes.value).toEqual(['WebGPU · card was lost; going on with the next best.']);
  expect(requests.filter(([what]) => what === 'join')).toHaveLength(1);
});

test('a silent worker counts as lost, and the sleep of a laptop does not count as silence', async () => {
  const at = setUp();
  await toTraining(at);
  at.clock.ms = 8 * 3_600_000;
  at.workers[0]!.step(1);
  for (let i = 0; i < 91; i++) await at.time.pass();
  expect(at.workers).toHaveLength(2);
});

test('fails with a sentence if no device can train or the worker does not load', async () => {
  const none = setUp();
  none.model.start();
  none.workers[0]!.emit({ type: 'unfit', kind: 'wasm', why: 'No SIMD' });
  none.workers[0]!.found();
  await flushPromises();
  expect(none.model.state.value).toMatchObject({
    end: 'failed',
    message: 'Nothing here can train. wasm: No SIMD',
  });
  const broken = setUp();
  broken.model.start();
  broken.workers[0]!.breaks();
  await flushPromises();
  expect(broken.model.state.value).toMatchObject({
    end: 'failed',
    message: 'The trainer could not be loaded.',
  });
});

test('a loss of NaN ends the run and leaves the round', async () => {
  const at = setUp();
  await toTraining(at);
  at.workers[0]!.emit({ type: 'failed', code: 'other', message: 'The loss of step 3 of 100 is NaN.' });
  await flushPromises();
  expect(at.model.state.value).toMatchObject({ end: 'failed', message: 'The loss of step 3 of 100 is NaN.' });
  expect(at.requests.at(-1)).toEqual(['leave', 'j']);
});

test('stop and leaving the page both end the worker and leave the round', async () => {
  for (const how of ['stop', 'leave'] as const) {
    const at = setUp();
    await toTraining(at);
    at.workers[0]!.step(1);
    at.model[how]();
    await flushPromises();
    expect(at.workers[0]!.stopped).toBe(true);
    expect(at.model.state.value).toMatchObject({ state: 'ended', end: 'stopped' });
    expect(at.requests.at(-1)).toEqual(['leave', 'j']);
    at.workers[0]!.step(2);
    expect(at.model.steps.value).toHaveLength(1);
  }
});

test('an outdated base ends the run, and a new start joins the next round', async () => {
  const at = setUp();
  at.answers.upload = [refusal('outdated')];
  await toTraining(at);
  at.workers[0]!.emit({ type: 'done', weights: bytes });
  await flushPromises();
  expect(at.model.state.value).toMatchObject({ end: 'outdated' });
  at.model.start();
  at.workers[1]!.found(card);
  await flushPromises();
  expect(at.requests.slice(-3)).toEqual([['join', 'WebGPU · card'], ['weights', 'v1'], ['pack']]);
});

test('a device is timed once a visit, and again after its loss', async () => {
  const at = setUp();
  at.model.start();
  at.workers[0]!.found(card, processor);
  await flushPromises();
  expect(at.model.others.value).toEqual([processor]);
  at.workers[0]!.emit({ type: 'done', weights: bytes });
  await flushPromises();
  at.model.start();
  expect(at.workers[1]!.received).toEqual([{ type: 'find', avoid: [], known: card, timeMs: 1000 }]);
  at.workers[1]!.found(card);
  await flushPromises();
  expect(at.model.others.value).toEqual([processor]);
  at.workers[1]!.emit({ type: 'lost', why: 'destroyed' });
  at.workers[1]!.emit({ type: 'done', weights: bytes });
  at.model.stop();
  await flushPromises();
  at.model.start();
  expect(at.workers.at(-1)!.received).toEqual([{ type: 'find', avoid: [], known: undefined, timeMs: 1000 }]);
});

test('stops training when the round has ended without this browser', async () => {
  const at = setUp();
  at.answers.progress = refusal('not_found');
  await toTraining(at);
  at.workers[0]!.step(1);
  await flushPromises();
  expect(at.workers[0]!.stopped).toBe(true);
  expect(at.model.state.value).toMatchObject({ end: 'outdated' });
});

test('retries an unanswered upload', async () => {
  const at = setUp();
  at.answers.upload = [noAnswer, refusal('refused')];
  await toTraining(at);
  at.workers[0]!.emit({ type: 'done', weights: bytes });
  await flushPromises();
  await at.time.pass();
  await flushPromises();
  expect(at.requests.filter(([what]) => what === 'upload')).toHaveLength(2);
  expect(at.model.state.value).toMatchObject({ end: 'refused' });
});

test('a refused join ends the run with the reason', async () => {
  const at = setUp();
  at.answers.join = refusal('busy');
  await toTraining(at);
  expect(at.model.state.value).toMatchObject({ state: 'ended', end: 'failed' });
  expect(at.workers[0]!.stopped).toBe(true);
});
