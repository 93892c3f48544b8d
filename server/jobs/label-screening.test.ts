import pino from 'pino';
import { expect, test } from 'vitest';
import type { ScreenedLabel } from '../../db/label-screening.ts';
import { createSchedule } from '../testing/schedule.ts';
import { createLabelScreening, pollMs } from './label-screening.ts';

/** Both versions read the digit that the first byte of the raster names, with the probability in the second one. */
function setUp({ answering = (version: string) => version } = {}) {
  const schedule = createSchedule();
  const labels = [
    { id: 1, digit: 9, ink: 'a', raster: Uint8Array.of(4, 95) },
    { id: 2, digit: 4, ink: 'b', raster: Uint8Array.of(4, 95) },
    { id: 3, digit: 9, ink: 'c', raster: Uint8Array.of(4, 60) },
  ];
  const screened = new Map<number, ScreenedLabel & { champion: string }>();
  let champion = 'base';
  let writes = 0;
  let reads = 0;
  const screening = createLabelScreening({
    store: {
      shared: false,
      writes: () => writes,
      async readUnscreened(wish) {
        reads++;
        return labels.filter(({ id }) => screened.get(id)?.champion !== wish.champion);
      },
      async recordScreening({ champion: by, labels: read }) {
        writes++;
        for (const label of read) screened.set(label.id, { ...label, champion: by });
      },
    },
    predictor: {
      async predictBy([digit, percent], version) {
        const probabilities = Array.from({ length: 10 }, (_, i) => (i === digit ? percent! / 100 : 0));
        return { model: answering(version), probabilities };
      },
    },
    registry: { model: () => ({ version: champion, card: { version: champion } }) },
    plain: { version: 'plain' },
    log: pino({ level: 'silent' }),
    after: schedule.after,
  });
  return {
    screening,
    schedule,
    screened,
    reads: () => reads,
    label: () => void writes++,
    promote(version: string) {
      champion = version;
    },
  };
}

test('[L11] a label is set aside where both witnesses surely read the same other digit, with both readings', async () => {
  const { screening, screened } = setUp();
  await screening.finish('4b');
  expect(screened.size).toBe(0);
  await screening.finish('lobby');
  expect([...screened.values()].map(({ id, setAside }) => [id, setAside])).toEqual([
    [1, { champion: { digit: 4, probability: 0.95 }, plain: { digit: 4, probability: 0.95 } }],
    [2, null],
    [3, null],
  ]);
});

test('[L11] labels are read soon after they are given, again after another champion, and not in between', async () => {
  const at = setUp();
  at.screening.start();
  await at.schedule.advance(pollMs);
  expect(at.screened.size).toBe(3);
  const reads = at.reads();
  await at.schedule.advance(3 * pollMs);
  expect(at.reads()).toBe(reads);
  at.label();
  await at.schedule.advance(pollMs);
  expect(at.reads()).toBe(reads + 1);
  at.promote('taught');
  await at.schedule.advance(pollMs);
  expect([...at.screened.values()].map(({ champion }) => champion)).toEqual(['taught', 'taught', 'taught']);
  at.screening.stop();
  expect(at.schedule.armed()).toBe(0);
});

test('[L11] a version that cannot be loaded is no witness', async () => {
  const { screening, screened } = setUp({ answering: () => 'base' });
  await screening.finish('lobby');
  expect(screened.size).toBe(0);
});
