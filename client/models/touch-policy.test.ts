import { expect, test } from 'vitest';
import { createFakeTime } from '../testing/fake-connection.ts';
import { createTouchPolicy } from './touch-policy.ts';

test('why a finger draws nothing is shown for a while, from the newest try on, and only in pen-only mode', async () => {
  const time = createFakeTime();
  const policy = createTouchPolicy(time.wait);
  policy.penSeen();
  policy.refuseFinger();
  expect(policy.fingerRefused.value).toBe(true);
  policy.toggle();
  expect(policy.fingerRefused.value).toBe(false);
  policy.toggle();
  await time.pass();
  expect(policy.fingerRefused.value).toBe(false);
});
