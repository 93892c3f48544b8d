import { expect, test } from 'vitest';
import { createRoomModel } from '../models/room-model.ts';
import { createFakeConnection, createFakeTime, flushPromises } from '../testing/fake-connection.ts';
import { createWallPager } from './wall-pager.ts';

function setUp({ page, pages }: { page: number; pages: number }) {
  const line = createFakeConnection();
  const time = createFakeTime();
  const room = createRoomModel(line.connection, 'lobby');
  line.goLive({ snapshot: { tick: 0, page, pages, tiles: [] } });
  const pager = createWallPager({ connection: line.connection, room, wait: time.wait });
  return { line, time, room, pager, requests: () => line.events('look').map(([, page]) => page) };
}

test('[P5] a wall with several pages turns them by itself, the first after the last', async () => {
  const { time, line, requests } = setUp({ page: 1, pages: 3 });
  await time.pass();
  expect(requests()).toEqual([{ page: 2 }]);
  line.emit('snapshot', { tick: 1, page: 2, pages: 3, tiles: [], people: [] });
  await time.pass();
  expect(requests().at(-1)).toEqual({ page: 0 });
});

test('[P5] a wall of one page asks for nothing', async () => {
  const { time, requests } = setUp({ page: 0, pages: 1 });
  await time.pass();
  await time.pass();
  expect(requests()).toEqual([]);
});

test('[P5] a page that was turned to by hand stays for a while', async () => {
  const { time, pager, requests } = setUp({ page: 0, pages: 3 });
  pager.turn(-1);
  expect(requests()).toEqual([{ page: 2 }]);
  await flushPromises();
  expect(time.pauses()).toHaveLength(2);
});

test('a page that is no more is left', async () => {
  const { line, requests } = setUp({ page: 2, pages: 3 });
  line.emit('frame', { tick: 1, pages: 2 });
  await flushPromises();
  expect(requests()).toEqual([{ page: 1 }]);
});

test('a wall that is closed turns nothing', async () => {
  const { time, pager, requests } = setUp({ page: 0, pages: 3 });
  pager.stop();
  await time.pass();
  expect(requests()).toEqual([]);
});
