import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { Ink } from '../pad/drawing-model.ts';
import { createPressures } from './pressures.ts';

test('each stroke keeps its pressures, and a stroke that was taken back leaves none to the next', () => {
  const ink = signal<Ink>({ strokes: [], redrawn: 0 });
  const pressures = createPressures(ink);
  pressures.begin();
  pressures.add([0.1]);
  pressures.add([0.2, 0.3]);
  ink.value = { strokes: [[0, 0, 1, 1, 2, 2]], redrawn: 0 };
  pressures.begin();
  pressures.add([0.9]);
  expect([pressures.of(0), pressures.of(1)]).toEqual([[0.1, 0.2, 0.3], [0.9]]);
  // The second stroke is undone and drawn again; the third is drawn by a finger.
  pressures.begin();
  pressures.add([0.4]);
  ink.value = {
    strokes: [
      [0, 0, 1, 1, 2, 2],
      [5, 5],
      [6, 6],
    ],
    redrawn: 1,
  };
  expect([pressures.of(1), pressures.of(2)]).toEqual([[0.4], undefined]);
});
