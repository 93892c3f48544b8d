import { beforeAll, expect, test } from 'vitest';
import { decodeWeights } from '../../shared/weights.ts';
import { readMnist } from '../dataset/mnist.ts';
import { readShippedBase } from '../dataset/shipped-models.ts';
import { startTestEngine } from '../engine/testing/engine.ts';
import { fixedDrawingsOf } from '../gate/screen-labels.ts';
import { loadServingNet } from '../model/serving-net.ts';
import { createModelReader, readFixed } from './model-reader.ts';
import { fixedSetsOf } from './report.ts';
import { createReportCache } from './report-cache.ts';
import { addReadings } from './shipped-readings.ts';

beforeAll(startTestEngine);

test('the shipped readings are what the shipped model predicts: after a change, `npm run pretrain -- --readings models/base`', async () => {
  const base = await readShippedBase();
  const { gate: mnist } = await readMnist();
  const sets = fixedSetsOf({ mnist, ...fixedDrawingsOf({ gate: 'house' }) });
  const weights = decodeWeights(base.bytes);
  const net = await loadServingNet(base.bytes);
  const reading = (cache = createReportCache()) =>
    readFixed(createModelReader({ weights, net }, { sets, cache, now: () => 0 }));
  const shipped = createReportCache();
  addReadings(shipped, base, sets);
  expect(Object.keys(shipped[0].readings)).toEqual(['mnist', 'marked', 'pens', 'beginnings']);
  const [fresh, known] = [await reading(), await reading(shipped)];
  net.dispose();
  for (const name of ['mnist', 'marked', 'pens', 'beginnings'] as const) {
    expect(known[name].map(({ label }) => label)).toEqual(fresh[name].map(({ label }) => label));
    expect(farthest(known[name].map(probabilitiesOf), fresh[name].map(probabilitiesOf))).toBeLessThan(1e-4);
  }
  expect(farthest(known.oodProbes, fresh.oodProbes)).toBeLessThan(1e-4);
});

const probabilitiesOf = ({ probabilities }: { probabilities: readonly number[] }) => probabilities;

/** The largest difference between probabilities. */
function farthest(some: readonly (readonly number[])[], others: readonly (readonly number[])[]): number {
  expect(some.length).toBe(others.length);
  return Math.max(
    ...some.flatMap((row, i) => row.map((value, k) => Math.abs(value - (others[i]?.[k] ?? 0)))),
  );
}
