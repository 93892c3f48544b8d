import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { createFakeApi, sample } from '../testing/fake-api.ts';
import { flushPromises, refusal } from '../testing/fake-connection.ts';
import { createSetAsideModel } from './set-aside-model.ts';

function setUp({ isHost = true } = {}) {
  const { fake, api } = createFakeApi();
  const readings = { champion: { digit: 4, probability: 0.9 }, plain: { digit: 4, probability: 0.95 } };
  fake.samples = ['ada', 'eve', 'eve'].map((person, i) =>
    sample(i + 1, { label: 9, setAside: { person, ...readings } }),
  );
  const count = signal(0);
  let changes = 0;
  const model = createSetAsideModel({
    api,
    room: 'lobby',
    count,
    isHost: signal(isHost),
    changed() {
      changes++;
    },
    wait: async () => {},
    random: () => 0,
  });
  return { fake, model, count, changes: () => changes };
}

test('[L11] a host sees labels that are set aside by person, and drops a person’s at once', async () => {
  const { fake, model, count, changes } = setUp();
  await flushPromises();
  expect(model.people.value).toEqual([]);
  count.value = 3;
  await flushPromises();
  expect(fake.queries.at(-1)).toEqual({ room: 'lobby', setAside: true, limit: 100 });
  expect(model.people.value.map(({ person, samples }) => [person, samples.length])).toEqual([
    ['eve', 2],
    ['ada', 1],
  ]);
  await model.drop(model.people.value[0]!.samples);
  expect(fake.asked.at(-1)).toEqual(['decideSetAside', [2, 3], false]);
  expect(model.people.value.map(({ person }) => person)).toEqual(['ada']);
  expect(changes()).toBe(1);
  fake.refusal = refusal('forbidden');
  await model.accept(model.people.value[0]!.samples);
  expect(fake.asked.at(-1)).toEqual(['decideSetAside', [1], true]);
  expect(model.refusal.value).toBe('refused: forbidden');
  expect(model.people.value).toHaveLength(1);
  model.stop();
});

test('[L11] a visitor who is no host requests nothing', async () => {
  const { fake, model, count } = setUp({ isHost: false });
  count.value = 3;
  await flushPromises();
  expect(fake.queries).toEqual([]);
  model.stop();
});
