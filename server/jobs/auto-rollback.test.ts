import pino from 'pino';
import { describe, expect, test } from 'vitest';
import type { Answers } from '../../db/label-counts.ts';
import { house } from '../../db/rooms.ts';
import { createSchedule } from '../testing/schedule.ts';
import { createAutoRollback, isSignificantlyWorse, pollMs } from './auto-rollback.ts';

interface State {
  now: Answers;
  before: Answers;
  ownRooms?: string[];
  /** Rooms that cannot be rolled back. */
  broken?: string[];
}

/** In the house and in each room with a champion of its own the version `new` was promoted after `old`. */
function setUp({ now, before, ownRooms = [], broken = [] }: State) {
  const rolledBack: unknown[] = [];
  const asked: (readonly string[])[] = [];
  let served = 0;
  const schedule = createSchedule();
  const autoRollback = createAutoRollback({
    store: {
      async readProbations(rooms) {
        asked.push(rooms);
        return rooms.map(room => ({ room, version: 'new', previous: 'old', now, before }));
      },
      async rollBack(wish) {
        if (broken.includes(wish.room)) throw new Error('It cannot be rolled back.');
        rolledBack.push(wish);
        return { version: 'old' };
      },
    },
    registry: {
      async refresh() {
        served++;
      },
      ownRooms: () => ownRooms,
    },
    log: pino({ level: 'silent' }),
    after: schedule.after,
  });
  autoRollback.start();
  return { autoRollback, schedule, rolledBack, asked, served: () => served };
}

const worse = {
  now: { confirmed: 50, corrected: 50, correctors: 9 },
  before: { confirmed: 95, corrected: 5, correctors: 9 },
};

test('[V7] a champion that people correct more often than the one before is rolled back, with the figures', async () => {
  const { autoRollback, schedule, rolledBack, served } = setUp(worse);
  await schedule.advance(pollMs);
  expect(rolledBack).toMatchObject([
    { room: house, to: 'old', expectedChampion: 'new', reason: expect.stringContaining('50.0 %') },
  ]);
  expect(served()).toBe(1);
  autoRollback.stop();
  expect(schedule.armed()).toBe(0);
});

test('[V7] a champion that does as well stays', async () => {
  const { schedule, rolledBack } = setUp({ now: worse.before, before: worse.before });
  await schedule.advance(pollMs);
  expect(rolledBack).toEqual([]);
});

test('[V7] all rooms with a champion of their own are read by one query, and each is compared by its own answers', async () => {
  const at = setUp({ ...worse, ownRooms: ['4b', '5c'] });
  await at.schedule.advance(pollMs);
  expect(at.asked).toEqual([[house, '4b', '5c']]);
  expect(at.rolledBack).toMatchObject([{ room: house }, { room: '4b' }, { room: '5c' }]);
});

test('[V7] a room that cannot be rolled back leaves the others checked', async () => {
  const at = setUp({ ...worse, ownRooms: ['4b', '5c'], broken: [house, '4b'] });
  await at.schedule.advance(pollMs);
  expect(at.rolledBack).toMatchObject([{ room: '5c', to: 'old' }]);
});

describe('isWorse', () => {
  test.each([
    ['clearly worse', { confirmed: 60, corrected: 40 }, { confirmed: 95, corrected: 5 }, true],
    [
      'worse by what chance explains',
      { confirmed: 93, corrected: 7 },
      { confirmed: 95, corrected: 5 },
      false,
    ],
    ['better', { confirmed: 99, corrected: 1 }, { confirmed: 80, corrected: 20 }, false],
    ['too few answers to compare', { confirmed: 0, corrected: 19 }, { confirmed: 100, corrected: 0 }, false],
    [
      'nothing known of the one before',
      { confirmed: 0, corrected: 50 },
      { confirmed: 3, corrected: 0 },
      false,
    ],
    ['both perfect', { confirmed: 50, corrected: 0 }, { confirmed: 50, corrected: 0 }, false],
  ])('[V7] %s', (_case, now, before, worse) => {
    expect(isSignificantlyWorse({ ...now, correctors: 5 }, { ...before, correctors: 5 })).toBe(worse);
  });

  test('[V7] the corrections of a few people are not enough', () => {
    const before = { confirmed: 95, corrected: 5, correctors: 5 };
    expect(isSignificantlyWorse({ confirmed: 0, corrected: 100, correctors: 4 }, before)).toBe(false);
  });
});
