import { expect, test } from 'vitest';
import type { Contribution, JoinedRound } from '../../shared/http-api.ts';
import type { Checkpoint } from '../../training/learn/train.ts';
import { type Answer, noAnswer } from '../net/retry.ts';
import { createFakeTime, refusal, settle } from '../testing/fake-connection.ts';
import type { RoundApi } from './round-api.ts';
import type { Trainer } from './start-worker.ts';
import { createTrainerModel } from './trainer-model.ts';
import type { Device, FromTrainer, ToTrainer } from './worker-messages.ts';

const card: Device = { kind: 'webgpu', name: 'WebGPU · card', samplesPerSecond: 900 };
const processor: Device = { kind: 'wasm', name: 'WebAssembly', samplesPerSecond: 500 };
const checkpoint: Checkpoint = { step: 20, params: {}, averaged: {}, first: {}, second: {} };
const bytes = new Uint8Array([1, 2, 3]);

/** A worker that says what the test has it say. */
function createFakeTrainer() {
  const heard: ToTrainer[] = [];
  let listener = (_message: FromTrainer) => {};
  let broken = () => {};
  const fake = {
    heard,
    stopped: false,
    say: (message: FromTrainer) => listener(message),
    found: (...devices: Device[]) => listener({ type: 'found', devices }),
    step: (step: number) =>
      listener({ type: 'step', step, steps: 100, loss: 1 / step, accuracy: 0.5, samplesPerSecond: 640 }),
    breaks: () => broken(),
  };
  const trainer: Trainer = {
    send: message => heard.push(message),
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
  const asked: unknown[][] = [];
  const answers: Answers = {
    join: { ok: true, value: { job: 'j', base: 'v1' } },
    upload: [{ ok: true, value: { version: 'v2', participants: 1, message: 'It learned.' } }],
    progress: { ok: true },
  };
  const round: RoundApi = {
    async join(device) {
      asked.push(['join', device]);
      return answers.join;
    },
    weights: async () => bytes,
    pack: async () => bytes,
    async progress(job, standing) {
      asked.push(['progress', job, standing.step, standing.device]);
      return answers.progress;
    },
    async upload({ job, base }) {
      asked.push(['upload', job, base]);
      return answers.upload.length > 1 ? answers.upload.shift()! : answers.upload[0]!;
    },
    async leave(job) {
      asked.push(['leave', job]);
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
    wait: time.wait,
    now: () => clock.ms,
    random: () => 0.5,
  });
  return { time, clock, workers, asked, answers, model };
}

async function toTraining(at: ReturnType<typeof setUp>) {
  at.model.start();
  at.workers[0]!.found(card);
  await settle();
}

test('a device is found, the round joined in its name, steps told, weights uploaded, the verdict shown', async () => {
  const at = setUp();
  const { model, workers, asked, clock } = at;
  await toTraining(at);
  const [worker] = workers;
  expect(worker!.heard.map(({ type }) => type)).toEqual(['find', 'train']);
  for (const step of [1, 2, 3]) worker!.step(step);
  clock.ms = 1_100;
  worker!.step(4);
  await settle();
  expect(model.training.value).toMatchObject({
    job: 'j',
    where: 'browser',
    phase: 'training',
    step: 4,
    steps: 100,
  });
  expect(model.steps.value).toHaveLength(4);
  worker!.say({ type: 'done', weights: bytes });
  await settle();
  expect(model.state.value).toEqual({ state: 'ended', end: 'promoted', message: 'It learned.' });
  expect(worker!.stopped).toBe(true);
  expect(asked).toEqual([
    ['join', 'WebGPU · card'],
    ['progress', 'j', 1, 'WebGPU · card'],
    ['progress', 'j', 4, 'WebGPU · card'],
    ['upload', 'j', 'v1'],
  ]);
});

test('a lost device is left alone, the next best goes on from the checkpoint', async () => {
  const at = setUp();
  const { model, workers, asked } = at;
  await toTraining(at);
  workers[0]!.step(25);
  workers[0]!.say({ type: 'saved', checkpoint });
  workers[0]!.say({ type: 'lost', why: 'destroyed' });
  await settle();
  expect(workers[0]!.stopped).toBe(true);
  expect(workers[1]!.heard).toEqual([{ type: 'find', avoid: ['webgpu'], timeMs: 1000 }]);
  workers[1]!.found(processor);
  await settle();
  expect(workers[1]!.heard[1]).toMatchObject({ type: 'train', from: { step: 20 } });
  at.clock.ms += 1_000;
  workers[1]!.step(21);
  expect(asked.at(-1)).toEqual(['progress', 'j', 21, 'WebAssembly']);
  expect(model.steps.value.map(({ step }) => step)).toEqual([21]);
  expect(model.device.value?.name).toBe('WebAssembly');
  expect(model.notes.value).toEqual(['WebGPU · card was lost; going on with the next best.']);
  expect(asked.filter(([what]) => what === 'join')).toHaveLength(1);
});

test('a worker that falls silent is taken for lost, however long a laptop sleeps', async () => {
  const at = setUp();
  await toTraining(at);
  at.clock.ms = 8 * 3_600_000;
  at.workers[0]!.step(1);
  for (let i = 0; i < 91; i++) await at.time.pass();
  expect(at.workers).toHaveLength(2);
});

test('nothing that can train, nothing loaded: a sentence', async () => {
  const none = setUp();
  none.model.start();
  none.workers[0]!.say({ type: 'unfit', kind: 'wasm', why: 'No SIMD' });
  none.workers[0]!.found();
  await settle();
  expect(none.model.state.value).toMatchObject({
    end: 'failed',
    message: 'Nothing here can train. wasm: No SIMD.',
  });
  const broken = setUp();
  broken.model.start();
  broken.workers[0]!.breaks();
  await settle();
  expect(broken.model.state.value).toMatchObject({
    end: 'failed',
    message: 'The trainer could not be loaded.',
  });
});

test('a loss that is no number ends it, and leaves the round', async () => {
  const at = setUp();
  await toTraining(at);
  at.workers[0]!.say({ type: 'failed', message: 'The loss of step 3 of 100 is NaN.' });
  await settle();
  expect(at.model.state.value).toMatchObject({ end: 'failed', message: 'The loss of step 3 of 100 is NaN.' });
  expect(at.asked.at(-1)).toEqual(['leave', 'j']);
});

test('stopped by hand or by leaving the page: the worker ends and the round is left', async () => {
  for (const how of ['stop', 'abandon'] as const) {
    const at = setUp();
    await toTraining(at);
    at.workers[0]!.step(1);
    at.model[how]();
    await settle();
    expect(at.workers[0]!.stopped).toBe(true);
    expect(at.model.state.value).toMatchObject({ state: 'ended', end: 'stopped' });
    expect(at.asked.at(-1)).toEqual(['leave', 'j']);
    at.workers[0]!.step(2);
    expect(at.model.steps.value).toHaveLength(1);
  }
});

test('another version answers by now: it says so, and can start again from that', async () => {
  const at = setUp();
  at.answers.upload = [refusal('outdated')];
  await toTraining(at);
  at.workers[0]!.say({ type: 'done', weights: bytes });
  await settle();
  expect(at.model.state.value).toMatchObject({ end: 'outdated' });
  at.model.start();
  at.workers[1]!.found(card);
  await settle();
  expect(at.asked.at(-1)).toEqual(['join', 'WebGPU · card']);
});

test('a round that went on without this browser stops it before it has trained for nothing', async () => {
  const at = setUp();
  at.answers.progress = refusal('not_found');
  await toTraining(at);
  at.workers[0]!.step(1);
  await settle();
  expect(at.workers[0]!.stopped).toBe(true);
  expect(at.model.state.value).toMatchObject({ end: 'outdated' });
});

test('an upload whose answer is lost is sent again', async () => {
  const at = setUp();
  at.answers.upload = [noAnswer, refusal('refused')];
  await toTraining(at);
  at.workers[0]!.say({ type: 'done', weights: bytes });
  await settle();
  await at.time.pass();
  await settle();
  expect(at.asked.filter(([what]) => what === 'upload')).toHaveLength(2);
  expect(at.model.state.value).toMatchObject({ end: 'refused' });
});

test('a join that is refused ends with the reason', async () => {
  const at = setUp();
  at.answers.join = refusal('busy');
  await toTraining(at);
  expect(at.model.state.value).toMatchObject({ state: 'ended', end: 'failed' });
  expect(at.workers[0]!.stopped).toBe(true);
});
