import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { createIdleSignal } from './idle-signal.ts';

test('[PR8] a hand rests when nothing was drawn for a while, until the next point', async () => {
  const ink = signal(0);
  const ends: (() => void)[] = [];
  const { paused, stop } = createIdleSignal(ink, () => new Promise(resolve => ends.push(resolve)));
  ink.value++;
  const endWait = async () => {
    ends.shift()?.();
    await Promise.resolve();
  };
  await endWait(); // the first wait, which the second point made stale
  expect(paused.value).toBe(false);
  await endWait();
  expect(paused.value).toBe(true);
  ink.value++;
  expect(paused.value).toBe(false);
  await endWait();
  expect(paused.value).toBe(true);
  stop();
});
