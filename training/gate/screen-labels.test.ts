import { expect, test } from 'vitest';
import { beginnings, penAnchor, penAnchorOf } from '../dataset/pen-anchor.ts';
import { fixedDrawingsOf } from './screen-labels.ts';

const own = penAnchorOf([{ label: 1, strokes: [[50, 0, 50, 100]] }]);

test('[G8] the house reads pens made by rule, or an operator’s own, and half-drawn digits beside them', () => {
  expect(fixedDrawingsOf({})).toEqual({ pens: penAnchor(), beginnings: beginnings() });
  expect(fixedDrawingsOf({ gate: 'house', pens: own })).toEqual({ pens: own, beginnings: beginnings() });
});

test('[G8] a room reads none of them', () => {
  const { pens, beginnings: begun } = fixedDrawingsOf({ gate: 'room', pens: own });
  expect([pens.labels.length, begun.labels.length]).toEqual([0, 0]);
});
