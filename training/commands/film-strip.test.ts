import { expect, test } from 'vitest';
import { outputs } from '../model/answers.ts';
import type { ServingNet } from '../model/serving-net.ts';
import { filmStrip, readFilm } from './film-strip.ts';

/** A net that reads a finished 0 and a beginning of a 7, whatever the ink. */
const net: ServingNet = {
  predict: async () => new Float32Array(),
  readMoments: async (_, n) =>
    Float32Array.from({ length: n * outputs }, (_, i) => {
      const k = i % outputs;
      return k === 0 ? 0.9 : k === 17 ? 0.95 : k === 20 ? 1 : 0;
    }),
  dispose: () => {},
};

test('a film strip shows five digits at four moments, and the last one as a finished drawing', async () => {
  const rows = await readFilm(net);
  expect(rows.map(frames => frames.length)).toEqual([4, 4, 4, 4, 4]);
  const points = rows[0].map(({ strokes }) => strokes.flat().length);
  expect(points).toEqual(points.toSorted((a, b) => a - b));
  expect(rows[0][0].shown[7]).toBeGreaterThan(0.8);
  expect(rows[0][3].shown[0]).toBeCloseTo(0.9);
  const strip = filmStrip(rows);
  expect(strip.match(/as finished: 0, 90 %/g)).toHaveLength(20);
  expect(strip.match(/class="sure"/g)).toHaveLength(20);
  expect(strip).not.toContain('NaN');
});
