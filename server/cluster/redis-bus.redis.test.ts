import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type TestRedis } from '../testing/redis.ts';
import { createRedisBus } from './redis-bus.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.kill());

test('[C9] a Redis that stalls is owed at most a megabyte, and gets messages again when it goes on', async () => {
  const bus = createRedisBus({ url: redis.url, log: pino({ level: 'silent' }) });
  const received: string[] = [];
  bus.onMessage((_channel, text) => received.push(text));
  await new Promise<void>(resolve => bus.onUp(resolve));
  await bus.listen('wall');
  redis.pause();
  for (let i = 0; i < 100; i++) bus.publish('wall', `${i}`.padEnd(64_000));
  redis.resume();
  await expect.poll(() => received.length).toBe(16);
  bus.publish('wall', 'again');
  await expect.poll(() => received.at(-1)).toBe('again');
  await bus.close();
});
