import { expect, test } from 'vitest';
import { createSchedule } from '../testing/schedule.ts';
import { createTimer, every } from './every.ts';

test('it runs once in every interval until it is stopped, and nothing is armed after that', async () => {
  const schedule = createSchedule();
  let runs = 0;
  const stop = every(schedule.after, { ms: 100, run: () => runs++ });
  await schedule.advance(350);
  expect(runs).toBe(3);
  stop();
  expect(schedule.armed()).toBe(0);
});

test('a timer starts once, stops, and may start again', async () => {
  const schedule = createSchedule();
  let runs = 0;
  const timer = createTimer(schedule.after, { ms: 100, run: () => runs++ });
  await schedule.advance(1_000);
  expect(runs).toBe(0);
  timer.start();
  timer.start();
  await schedule.advance(250);
  expect(runs).toBe(2);
  timer.stop();
  expect(schedule.armed()).toBe(0);
  timer.start();
  await schedule.advance(100);
  expect(runs).toBe(3);
  timer.stop();
  expect(schedule.armed()).toBe(0);
});

test('what runs may stop it', async () => {
  const schedule = createSchedule();
  const timer = createTimer(schedule.after, { ms: 100, run: () => timer.stop() });
  timer.start();
  await schedule.advance(100);
  expect(schedule.armed()).toBe(0);
});
