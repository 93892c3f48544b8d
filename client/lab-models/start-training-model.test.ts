import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { maxRoomPrice } from '../../shared/limits.ts';
import { createTrainingModel } from '../models/training-model.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { createFakeConnection, createFakeTime, flushPromises, refusal } from '../testing/fake-connection.ts';
import { createStartTrainingModel } from './start-training-model.ts';

async function setUp() {
  const { fake, api } = createFakeApi();
  fake.state = {
    training: null,
    untrained: 3,
    setAside: { labels: 0, mostOfOne: 0 },
    labelled: [],
    wrong: [],
    browsers: [],
    mayTrain: true,
    admin: false,
    mayCancel: false,
  };
  const line = createFakeConnection();
  const time = createFakeTime();
  const events = signal(0);
  const training = createTrainingModel({ connection: line.connection, api, wait: time.wait });
  const start = createStartTrainingModel({ api, training, events, wait: time.wait, random: () => 0 });
  line.goLive();
  await flushPromises();
  return { fake, line, time, events, start };
}

const underWay = (job: string) => ({ ...running, job, loss: null, accuracy: null });

const running = { job: 'a', where: 'server', phase: 'measuring', step: 0, steps: 0 } as const;

test('no job can start while another one runs', async () => {
  const { fake, line, start } = await setUp();
  expect(start.mayStart.value).toBe(true);
  line.emit('training', { ...running, loss: null, accuracy: null });
  expect(start.mayStart.value).toBe(false);
  await start.cancel();
  expect(fake.asked).toEqual([['cancel', 'a']]);
});

test('a job may be stopped by its requester in this tab', async () => {
  const { line, start } = await setUp();
  await start.startTraining();
  line.emit('training', underWay('a'));
  expect(start.mayStop.value).toBe(true);
  line.emit('training', { ...underWay('a'), phase: 'promoted' });
  expect(start.mayStop.value).toBe(false);
  line.emit('training', underWay('of somebody else'));
  expect(start.mayStop.value).toBe(false);
});

test('a job may be stopped by its requester in another tab and by an admin, by nobody else', async () => {
  for (const rights of [{ mayCancel: true }, { admin: true }, {}]) {
    const { fake, time, line, start } = await setUp();
    line.emit('training', underWay('b'));
    expect(start.mayStop.value).toBe(false);
    fake.state = { ...fake.state!, training: underWay('b'), ...rights };
    await time.pass();
    expect(start.mayStop.value).toBe(Object.keys(rights).length > 0);
  }
});

test('what the host lets a lesson forget counts for one lesson, also in this browser', async () => {
  const { start } = await setUp();
  expect(start.takePrice()).toBeUndefined();
  start.mayForget.value = true;
  expect(start.takePrice()).toBe(maxRoomPrice);
  expect(start.mayForget.value).toBe(false);
});

test('a refusal is shown until the next action succeeds', async () => {
  const { fake, start } = await setUp();
  fake.refusal = refusal('busy');
  await start.startTraining();
  expect(start.refusal.value).toBe('refused: busy');
  fake.refusal = undefined;
  await start.startTraining([7]);
  expect(start.refusal.value).toBeUndefined();
  expect(fake.asked).toEqual([
    ['startTraining', undefined],
    ['startTraining', [7]],
  ]);
});

test('a host lets one lesson forget more, up to the limit', async () => {
  const { fake, start } = await setUp();
  start.mayForget.value = true;
  await start.startTraining();
  await start.startTraining();
  expect(fake.asked).toEqual([
    ['startTraining', undefined, maxRoomPrice],
    ['startTraining', undefined],
  ]);
});

test('counts labels from elsewhere, and keeps the counts while the server is away', async () => {
  const { fake, time, events, start } = await setUp();
  fake.state = { ...fake.state!, untrained: 4 };
  events.value++;
  events.value++;
  await time.pass();
  expect(start.state.value?.untrained).toBe(4);
  fake.state = undefined;
  events.value++;
  await time.pass();
  expect(start.unavailable.value).toBe(true);
  expect(start.state.value?.untrained).toBe(4);
});

test('signing in makes the person an admin', async () => {
  const { fake, start } = await setUp();
  fake.state = { ...fake.state!, admin: true };
  await start.signIn('token');
  expect(start.admin.value).toBe(true);
});
