import pino from 'pino';
import { describe, expect, test } from 'vitest';
import type { Answers } from '../../db/label-counts.ts';
import { house } from '../../db/rooms.ts';
import { createSchedule } from '../testing/schedule.ts';
import { createAutoRollback, isSignificantlyWorse, pollMs } from './auto-rollback.ts';

type Move = 'shipped' | 'promoted' | 'rolled_back';

interface State {
  move: Move;
  /** By version. */
  answers: Record<string, Answers>;
  ownRooms?: string[];
  /** Rooms whose history cannot be read. */
  broken?: string[];
}

/** In each room the version `new` came after `old`, by the same move. */
function setUp({ move, answers, ownRooms = [], broken = [] }: State) {
  const rolledBack: unknown[] = [];
  const asked: unknown[] = [];
  let served = 0;
  const at = new Date(0);
  const last = { id: 1, version: 'new', previous: 'old', move, at, by: '', reason: '' };
  const card = { version: 'new' };
  const schedule = createSchedule();
  const guard = createAutoRollback({
    store: {
      async history({ room }) {
        if (broken.includes(room)) throw new Error('It cannot be read.');
        return [{ ...last, card, room: room === 'follower' ? house : room }];
      },
      async countAnswers({ room, version }) {
        asked.push([room, version]);
        return answers[version]!;
      },
      rollBack(wish) {
        rolledBack.push(wish);
        return Promise.resolve({ version: 'old' });
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
  guard.start();
  return { guard, schedule, rolledBack, asked, served: () => served };
}

const worse = {
  new: { confirmed: 50, corrected: 50, correctors: 9 },
  old: { confirmed: 95, corrected: 5, correctors: 9 },
};

test('[V7] a champion that people correct more often than the one before is rolled back, with the figures', async () => {
  const { guard, schedule, rolledBack, served } = setUp({ move: 'promoted', answers: worse });
  await schedule.advance(pollMs);
  expect(rolledBack).toMatchObject([
    { room: house, to: 'old', expectedChampion: 'new', reason: expect.stringContaining('50.0 %') },
  ]);
  expect(served()).toBe(1);
  guard.stop();
  expect(schedule.armed()).toBe(0);
});

test('[V7] a champion that does as well stays, and so does one that an admin rolled back to', async () => {
  const even = { new: worse.old, old: worse.old };
  const same = setUp({ move: 'promoted', answers: even });
  await same.schedule.advance(pollMs);
  const byHand = setUp({ move: 'rolled_back', answers: worse });
  await byHand.schedule.advance(pollMs);
  expect([...same.rolledBack, ...byHand.rolledBack]).toEqual([]);
});

test('[V7] each room with a champion of its own is judged by its own answers, and none for what the house did', async () => {
  const at = setUp({ move: 'promoted', answers: worse, ownRooms: ['4b', 'follower', '5c'] });
  await at.schedule.advance(pollMs);
  const [fromNew, fromOld] = ['new', 'old'].map(version => [house, '4b', '5c'].map(room => [room, version]));
  expect(at.asked.sort()).toEqual([...fromNew!, ...fromOld!].sort());
  expect(at.rolledBack).toMatchObject([{ room: house }, { room: '4b' }, { room: '5c' }]);
});

test('[V7] a room that cannot be judged leaves the others judged', async () => {
  const at = setUp({ move: 'promoted', answers: worse, ownRooms: ['4b', '5c'], broken: [house, '4b'] });
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
    ['too few answers to tell', { confirmed: 0, corrected: 19 }, { confirmed: 100, corrected: 0 }, false],
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
