import { expect, test } from 'vitest';
import { graceMs } from '../../shared/limits.ts';
import { begin } from '../testing/drawings.ts';
import { createTestHosts } from '../testing/hosts.ts';
import { createSchedule } from '../testing/schedule.ts';
import { createRooms } from './room-registry.ts';

function setUp() {
  const schedule = createSchedule();
  const log: string[] = [];
  const rooms = createRooms({
    subscribers: { send() {}, sendDueSnapshots() {} },
    cluster: {
      open: ({ name }) => void log.push(`open ${name}`),
      close: ({ name }) => void log.push(`close ${name}`),
      publishTick() {},
    },
    drawings: {
      expire: ({ id }) => void log.push(`expire ${id}`),
      evict: ({ id }) => void log.push(`evict ${id}`),
      remove: id => void log.push(`remove ${id}`),
    },
    hosts: createTestHosts().hosts,
    overload: { minTickMs: () => 0 },
    now: schedule.nowMs,
    after: schedule.after,
  });
  rooms.start();
  return { schedule, rooms, log };
}

test('drawings of people who do not come back are finished, then their empty room is closed', async () => {
  const { schedule, rooms, log } = setUp();
  const { room } = rooms.get('lobby');
  expect(rooms.get('lobby').room).toBe(room);
  room.connect('ada', 'Ada');
  begin(room, { author: 'ada', id: 'a' });
  room.disconnect('ada');
  await schedule.advance(graceMs + 2_000);
  expect(log).toEqual(['open lobby', 'expire a', 'close lobby', 'evict a']);
  expect(rooms.get('lobby').room).not.toBe(room);
});

test('nothing is armed after a stop, ticks neither', () => {
  const { schedule, rooms } = setUp();
  rooms.get('lobby').ticker.requestTick();
  expect(schedule.armed()).toBe(2);
  rooms.stop();
  expect(schedule.armed()).toBe(0);
});
