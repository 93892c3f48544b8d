import { expect, test } from 'vitest';
import { createWatch } from './watch.ts';

function setUp() {
  const reports: (string | null)[] = [];
  const clock = { ms: 0 };
  const watch = createWatch(
    trouble => reports.push(trouble?.reason ?? null),
    () => clock.ms,
  );
  const fail = (reason: string) => watch.failed({ reason, detail: String(clock.ms++), passing: true });
  return { reports, clock, watch, fail };
}

test('reports each reason once, and the end of the outage', () => {
  const { reports, clock, watch, fail } = setUp();
  watch.succeeded();
  for (let verb = 0; verb < 100; verb++) fail(verb % 2 ? 'refused' : 'late');
  expect(reports).toEqual(['late', 'refused']);
  clock.ms += 5_000;
  watch.succeeded();
  watch.succeeded();
  fail('late');
  expect(reports).toEqual(['late', 'refused', null, 'late']);
});

test('one working connection among failing ones does not end the outage', () => {
  const { reports, clock, watch, fail } = setUp();
  for (let verb = 0; verb < 100; verb++) {
    fail('refused');
    clock.ms += 1_000;
    watch.succeeded();
  }
  expect(reports).toEqual(['refused']);
});
