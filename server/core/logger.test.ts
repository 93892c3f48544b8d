import { expect, test } from 'vitest';
import { tooLate } from '../../db/connection/database-errors.ts';
import { createLog } from './logger.ts';

function setUp() {
  const lines: Record<string, unknown>[] = [];
  const clock = { ms: 0 };
  const log = createLog({
    destination: { write: line => void lines.push(JSON.parse(line)) },
    now: () => clock.ms,
  });
  return { lines, clock, log };
}

test('labels refused while the database is away are one line a minute, without a stack', () => {
  const { lines, clock, log } = setUp();
  for (; clock.ms < 180_000; clock.ms += 100)
    log.warn({ err: tooLate(5_000) }, 'a label could not be stored');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatchObject({
    msg: 'a label could not be stored',
    err: { type: 'DatabaseUnavailable', message: expect.stringContaining('no answer within 5000 ms') },
    again: 599,
  });
  expect(JSON.stringify(lines)).not.toContain('stack');
});

test('an error has its stack once; another error, and a line without one, are not held back', () => {
  const { lines, log } = setUp();
  for (let time = 0; time < 9; time++) {
    log.error({ err: new Error('one') }, 'an event could not be handled');
    log.error({ err: new Error('two'), event: 'label' }, 'an event could not be handled');
    log.info('here');
  }
  expect(lines.filter(({ err }) => err !== undefined)).toMatchObject([
    { err: { message: 'one', stack: expect.stringContaining('logger.test.ts') } },
    { err: { message: 'two' }, event: 'label' },
  ]);
  expect(lines.filter(({ msg }) => msg === 'here')).toHaveLength(9);
});
