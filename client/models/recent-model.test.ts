import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { sample } from '../testing/fake-api.ts';
import { createFakeTime, flushPromises } from '../testing/fake-connection.ts';
import { createRecentModel } from './recent-model.ts';

function setUp(count: number) {
  const server = { ids: Array.from({ length: count }, (_, i) => i + 1), away: false, asked: 0 };
  const events = signal(0);
  const time = createFakeTime();
  const recent = createRecentModel({
    async load(before = Infinity) {
      server.asked++;
      if (server.away) return undefined;
      const ids = server.ids.filter(id => id < before).sort((a, b) => b - a);
      return { samples: ids.slice(0, 3).map(id => sample(id)), next: ids.length > 3 ? ids[2] : null };
    },
    events,
    wait: time.wait,
    random: () => 0,
  });
  const ids = () => recent.samples.value.map(({ id }) => id);
  return { server, events, time, recent, ids };
}

test('pages follow each other without a gap or a duplicate', async () => {
  const { recent, ids } = setUp(8);
  await flushPromises();
  expect(ids()).toEqual([8, 7, 6]);
  await recent.more();
  await recent.more();
  expect(ids()).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  expect(recent.older.value).toBe(false);
});

test('many events cause one request, and opened pages stay open', async () => {
  const { server, events, time, recent, ids } = setUp(6);
  await flushPromises();
  await recent.more();
  server.ids.push(7);
  for (let i = 0; i < 5; i++) events.value++;
  await time.pass();
  expect(ids()).toEqual([7, 6, 5, 4, 3, 2, 1]);
  expect(server.asked).toBe(3);
});

test('a list starts anew when more was added than a page holds', async () => {
  const { server, events, time, recent, ids } = setUp(6);
  await flushPromises();
  await recent.more();
  server.ids.push(7, 8, 9, 10, 11);
  events.value++;
  await time.pass();
  expect(ids()).toEqual([11, 10, 9]);
  await recent.more();
  expect(ids()).toEqual([11, 10, 9, 8, 7, 6]);
});

test('without a server the list shows it and keeps its samples', async () => {
  const { server, events, time, recent, ids } = setUp(2);
  await flushPromises();
  server.away = true;
  events.value++;
  await time.pass();
  expect(recent.state.value).toBe('unavailable');
  expect(ids()).toEqual([2, 1]);
});
