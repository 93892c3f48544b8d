import pino from 'pino';
import { expect, test } from 'vitest';
import type { Pace } from '../../shared/protocol.ts';
import { createSchedule } from '../testing/schedule.ts';
import { createOverload } from './overload.ts';

test('overload slows predictions down and is announced; nothing is armed after a stop', async () => {
  const schedule = createSchedule();
  const announced: Pace[] = [];
  const paces: number[] = [];
  const overload = createOverload({
    predictor: { oldestMs: () => 200, setPace: perSecond => void paces.push(perSecond) },
    announcer: { pace: pace => void announced.push(pace) },
    metrics: { gauge() {} },
    log: pino({ level: 'silent' }),
    after: schedule.after,
  });
  await schedule.advance(60_000);
  expect([paces, announced]).toEqual([[30], []]);
  overload.start();
  await schedule.advance(2_000);
  expect(paces).toEqual([30, 15]);
  expect(announced).toEqual([{ guessesPerSecond: 15, overloaded: true }]);
  expect(overload.pace()).toEqual(announced[0]);
  overload.stop();
  expect(schedule.armed()).toBe(0);
});
