import { expect, test } from 'vitest';
import type { Figures, ModelEntry, ModelList, SetFigures } from '../../shared/http-api.ts';
import { confusionsOf } from './confusions.ts';
import { axisFloor, chartPointsOf, figuresOf } from './version-chart.ts';

const set = (accuracy: number, count = 10): SetFigures => ({
  count,
  accuracy,
  perDigit: [],
  ece: 0,
  confusion: [],
});
const figures = (mnist: number, strangers: SetFigures): Figures => ({
  mnist: set(mnist),
  strangers,
  corrections: set(1),
  lessons: set(1),
  marked: set(1),
});
const entry = (version: string, rest: Partial<ModelEntry>): ModelEntry => ({
  version,
  parent: null,
  source: 'server',
  status: 'promoted',
  loadable: true,
  at: '2026-01-01T00:00:00Z',
  card: { version, mnistAccuracy: 0.995 },
  verdict: null,
  ...rest,
});
const evidence = { strangers: 10, level: 'few' } as const;

const trained = entry('v1', {
  parent: 'base',
  verdict: {
    kind: 'promoted',
    message: '',
    evidence,
    before: figures(0.99, set(0.6)),
    after: figures(0.98, set(0.9)),
  },
});
const list: ModelList = {
  champion: 'base',
  previous: 'v1',
  own: false,
  models: [trained, entry('base', {})],
  history: (['rolled_back', 'promoted', 'shipped'] as const).map(move => ({
    version: move === 'promoted' ? 'v1' : 'base',
    previous: null,
    move,
    at: '2026-01-01T00:00:00Z',
    by: '',
    reason: '',
  })),
};

test('points run from the oldest champion to the newest; the verdict on a child measures its parent', () => {
  expect(chartPointsOf(list).map(({ version, mnist, strangers }) => [version, mnist, strangers])).toEqual([
    ['base', 0.99, 0.6],
    ['v1', 0.98, 0.9],
    ['base', 0.99, 0.6],
  ]);
});

test('an empty set has no figure, and a shipped version has at least its card', () => {
  const alone = { ...list, models: [entry('base', {})] };
  expect(chartPointsOf(alone)[0]).toMatchObject({ mnist: 0.995, strangers: null });
  const empty = entry('v1', {
    verdict: { kind: 'promoted', message: '', evidence, before: figures(1, set(0, 0)) },
  });
  expect(figuresOf({ models: [empty] }, { version: 'v1', set: 'strangers' })).toBeUndefined();
});

test('an axis starts below the smallest value, and never above a round one', () => {
  expect(axisFloor([0.995, 1])).toBe(0.99);
  expect(axisFloor([0.99, 1])).toBe(0.98);
  expect(axisFloor([0.05])).toBe(0);
  expect(axisFloor([])).toBe(0.99);
});

test('the confusions that changed most come first, and right readings are left out', () => {
  const matrix = (changes: [number, number, number][]) => {
    const rows = Array.from({ length: 10 }, () => Array.from({ length: 10 }, () => 0));
    for (const [label, read, count] of changes) rows[label]![read] = count;
    return rows;
  };
  const before = matrix([
    [1, 7, 9],
    [4, 9, 2],
    [3, 3, 50],
  ]);
  const after = matrix([
    [4, 9, 2],
    [7, 1, 3],
    [3, 3, 40],
  ]);
  expect(confusionsOf(before, after)).toEqual([
    { label: 1, read: 7, was: 9, is: 0 },
    { label: 7, read: 1, was: 0, is: 3 },
  ]);
  expect(confusionsOf(before).map(({ was }) => was)).toEqual([9, 2]);
});
