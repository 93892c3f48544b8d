import { expect, test } from 'vitest';
import { mixtureDefaults } from '../model/mixture.ts';
import { replay } from './replay.ts';

const { down, up } = mixtureDefaults.pens;
const stroke = (points: number) => Array.from({ length: 2 * points }, (_, i) => i);

test('a drawing is replayed after equal shares of its points, with the pen up at the end of each stroke', () => {
  const moments = replay({ strokes: [stroke(20), stroke(20)] }, 20);
  expect(moments.map(({ points }) => points)).toEqual(Array.from({ length: 20 }, (_, i) => 2 * (i + 1)));
  expect(moments[9]).toEqual({ share: 0.5, points: 20, pen: { state: 'up', restMs: 0 } });
  expect(moments[8]?.pen).toEqual({ state: 'down', restMs: 0 });
  expect(moments[10]?.pen).toEqual({ state: 'down', restMs: 0 });
});

test('in the last moment the pen is up and the hand has rested', () => {
  for (const points of [1, 7, 40]) {
    const last = replay({ strokes: [stroke(points)] }, 20).at(-1);
    expect(last).toEqual({ share: 1, points, pen: { state: 'up', restMs: up.shownMs[1] } });
  }
});

test('a drawing of few points has a moment for each of them, an empty one a single moment', () => {
  expect(replay({ strokes: [stroke(3)] }, 20).map(({ share }) => share)).toEqual([1 / 3, 2 / 3, 1]);
  expect(replay({ strokes: [] }, 20)).toEqual([{ share: 1, points: 0, pen: { state: 'done' } }]);
});

test('times of the points decide how long the pen has rested before the next point', () => {
  const strokes = [stroke(2), stroke(2)];
  const times = [
    [0, down.shownMs[0] + 5],
    [down.shownMs[0] + 5 + up.shownMs[0], 90_000],
  ];
  expect(replay({ strokes, times }, 20).map(({ pen }) => pen)).toEqual([
    { state: 'down', restMs: down.shownMs[0] },
    { state: 'up', restMs: up.shownMs[0] },
    { state: 'down', restMs: down.shownMs[1] },
    { state: 'up', restMs: up.shownMs[1] },
  ]);
});
