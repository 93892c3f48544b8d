import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { createFakeApi, sample } from '../testing/fake-api.ts';
import { createFakeTime, flushPromises, refusal } from '../testing/fake-connection.ts';
import { createSamplesModel } from './samples-model.ts';

async function setUp() {
  const { fake, api } = createFakeApi();
  fake.samples = [sample(3), sample(2), sample(1)];
  const changes = { count: 0 };
  const deleted: (string | null)[] = [];
  const model = createSamplesModel({
    api,
    room: '4b',
    events: signal(0),
    changed: () => {
      changes.count++;
    },
    deleted: drawing => void deleted.push(drawing),
    wait: createFakeTime().wait,
    random: () => 0,
  });
  await flushPromises();
  const ids = () => model.list.value.samples.value.map(({ id }) => id);
  return { fake, changes, deleted, model, ids };
}

test('a filter requests a new list, for this room or for all', async () => {
  const { fake, model } = await setUp();
  model.setFilter({ which: 'wrong', digit: 7 });
  model.setFilter({ which: 'labelled', rooms: 'all' });
  await flushPromises();
  const queries = fake.queries.map(({ limit: _limit, ...query }) => JSON.stringify(query));
  expect(queries).toEqual([
    '{"room":"4b"}',
    '{"digit":7,"room":"4b","wrong":true}',
    '{"digit":7,"labelled":true}',
  ]);
});

test('a drawing that was corrected or deleted changes in the list at once', async () => {
  const { fake, changes, deleted, model, ids } = await setUp();
  model.open(fake.samples[1]);
  await model.relabel(7);
  expect(model.opened.value?.label).toBe(7);
  expect(model.list.value.samples.value[1]?.label).toBe(7);
  await model.remove();
  expect(model.opened.value).toBeUndefined();
  expect(ids()).toEqual([3, 1]);
  expect(changes.count).toBe(2);
  expect(deleted).toEqual(['d2']);
});

test('a refusal changes nothing and shows the reason', async () => {
  const { fake, model, ids } = await setUp();
  fake.refusal = refusal('not_yours');
  model.open(fake.samples[0]);
  await model.remove();
  expect(ids()).toEqual([3, 2, 1]);
  expect(model.action.value).toEqual({ state: 'refused', message: 'refused: not_yours' });
});

test('a prediction that arrives after another drawing was opened is not shown there', async () => {
  const { fake, model } = await setUp();
  model.open(fake.samples[0]);
  const predicting = model.predict();
  model.open(fake.samples[1]);
  await predicting;
  expect(model.action.value).toEqual({ state: 'idle' });
  await model.predict();
  expect(model.action.value).toMatchObject({ state: 'predicted', prediction: { model: 'v2' } });
  const { id, room } = fake.samples[1]!;
  expect(fake.asked.at(-1)).toEqual(['predict', id, room]);
});
