import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { createFakeApi, sample } from '../testing/fake-api.ts';
import { createFakeTime, flushPromises, refusal } from '../testing/fake-connection.ts';
import { createHelpModel } from './help-model.ts';

const unsure = [0.5, 0.4, 0.1, 0, 0, 0, 0, 0, 0, 0];
const sure = [0.9, 0.1, 0, 0, 0, 0, 0, 0, 0, 0];

async function setUp({ labelsAll = false } = {}) {
  const { fake, api } = createFakeApi();
  fake.samples = [
    sample(4, { mine: true, probabilities: unsure }),
    sample(9, { mine: false, probabilities: unsure }),
    sample(2, { mine: true, probabilities: unsure }),
    sample(7, { mine: true, probabilities: sure }),
  ];
  let changes = 0;
  const events = signal(0);
  const time = createFakeTime();
  const help = createHelpModel({
    api,
    room: 'lobby',
    labelsAll: signal(labelsAll),
    events,
    changed: () => changes++,
    wait: time.wait,
    random: () => 0,
  });
  await flushPromises();
  return { fake, help, events, time, changes: () => changes };
}

test('one drawing after the other is offered, the least sure first, and a label goes on to the next', async () => {
  const { fake, help, changes } = await setUp();
  expect(fake.queries).toMatchObject([{ room: 'lobby', sort: 'unsure', labelled: false }]);
  expect([help.current.value?.id, help.left.value]).toEqual([4, 2]);
  const labelling = help.label(3);
  expect(help.current.value?.id).toBe(2);
  await labelling;
  await help.label(8);
  expect(fake.asked).toEqual([
    ['relabel', 4, 3],
    ['relabel', 2, 8],
  ]);
  expect([help.current.value, help.given.value, changes()]).toEqual([undefined, 2, 2]);
  await help.label(1);
  expect(fake.asked).toHaveLength(2);
});

test('drawings of others are offered to a host alone', async () => {
  const { help } = await setUp({ labelsAll: true });
  expect(help.left.value).toBe(3);
});

test('a skipped drawing is not asked for again, a label taken back is', async () => {
  const { fake, help, events, time } = await setUp();
  help.skip();
  expect(help.current.value?.id).toBe(2);
  await help.label(5);
  await help.takeBack();
  expect(fake.asked).toEqual([
    ['relabel', 2, 5],
    ['relabel', 2, null],
  ]);
  expect([help.current.value?.id, help.given.value, help.mayTakeBack.value]).toEqual([2, 0, false]);
  events.value++;
  await time.pass();
  expect([help.current.value?.id, help.left.value]).toEqual([2, 1]);
});

test('a refused label is shown, and the next drawing is offered all the same', async () => {
  const { fake, help, changes } = await setUp();
  fake.refusal = refusal('not_found');
  await help.label(3);
  expect([help.refusal.value, help.current.value?.id, changes()]).toEqual(['refused: not_found', 2, 0]);
  fake.refusal = undefined;
  await help.label(3);
  expect(help.refusal.value).toBeUndefined();
});
