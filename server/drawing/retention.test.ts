import { pino } from 'pino';
import { expect, test } from 'vitest';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import { createSchedule } from '../testing/schedule.ts';
import { createRetention, portion, portionMs, rowsToReclaim, sweepMs } from './retention.ts';

function setUp(expired: number) {
  const schedule = createSchedule();
  const state = { expired, away: false, portions: 0, drops: 0, reclaims: 0, published: 0 };
  const retention = createRetention({
    store: {
      async eraseExpired({ limit }) {
        if (state.away) throw new DatabaseUnavailable({ reason: 'away', detail: '', passing: true });
        state.portions++;
        const count = Math.min(limit, state.expired);
        state.expired -= count;
        return Array.from({ length: count }, (_, index) => `${index}`);
      },
      async dropWeights() {
        state.drops++;
        return [];
      },
      async reclaimSpace() {
        state.reclaims++;
      },
    },
    privacy: { retainDays: 30, retainLabelledDays: 0 },
    publishExpired(drawings) {
      state.published += drawings.length;
    },
    log: pino({ level: 'silent' }),
    after: schedule.after,
  });
  return { retention, schedule, state };
}

test('[PV1] a sweep erases portion by portion, with pauses, and takes the drawings off the walls', async () => {
  const { retention, schedule, state } = setUp(2 * portion + 1);
  retention.start();
  await schedule.advance(sweepMs - 1);
  expect(state.portions).toBe(0);
  await schedule.advance(1);
  expect(state).toMatchObject({ portions: 1, published: portion, drops: 0 });
  await schedule.advance(2 * portionMs);
  expect(state).toMatchObject({ portions: 3, published: 2 * portion + 1, drops: 1, reclaims: 0 });
  await schedule.advance(sweepMs);
  expect(state).toMatchObject({ portions: 4, drops: 2 });
});

test('the space of many erased drawings is reclaimed once', async () => {
  const { retention, schedule, state } = setUp(rowsToReclaim + 1);
  retention.start();
  await schedule.advance(4 * sweepMs);
  expect(state).toMatchObject({ expired: 0, reclaims: 1 });
});

test('a sweep goes on when the database is back', async () => {
  const { retention, schedule, state } = setUp(3);
  state.away = true;
  retention.start();
  await schedule.advance(2 * sweepMs);
  state.away = false;
  await schedule.advance(sweepMs);
  expect(state.expired).toBe(0);
});

test('nothing is armed after a stop, a sweep under way among it', async () => {
  const { retention, schedule, state } = setUp(9 * portion);
  retention.start();
  await schedule.advance(sweepMs);
  await retention.stop();
  expect(schedule.armed()).toBe(0);
  const { portions } = state;
  await schedule.advance(9 * sweepMs);
  expect(state.portions).toBe(portions);
});
