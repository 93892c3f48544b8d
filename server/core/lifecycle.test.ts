import { expect, test } from 'vitest';
import { createLifecycle } from './lifecycle.ts';

test('services start in order and stop in reverse order, each after the one before it has stopped', async () => {
  const lifecycle = createLifecycle();
  const log: string[] = [];
  const service = (name: string) => ({
    start: () => void log.push(`start ${name}`),
    async stop() {
      log.push(`stop ${name}, stopping: ${lifecycle.stopping.aborted}`);
      await Promise.resolve();
      log.push(`stopped ${name}`);
    },
  });
  lifecycle.start([service('one'), { stop: () => void log.push('stop two') }]);
  lifecycle.start([service('three')]);
  await lifecycle.stop();
  await lifecycle.stop();
  expect(log).toEqual([
    'start one',
    'start three',
    'stop three, stopping: true',
    'stopped three',
    'stop two',
    'stop one, stopping: true',
    'stopped one',
  ]);
});
