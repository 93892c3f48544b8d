import { expect, test } from 'vitest';
import type { LabelledDrawing } from '../../../training/dataset/digits.ts';
import { atOneTable, chooseBalanced } from './choose.ts';
import { type Drawn, drawingsOf, populate, split } from './population.ts';
import { makeDrawings } from './synthetic-people.ts';

const strokes = [[0, 0, 1, 1]];
const made = makeDrawings({ people: 6, seed: 1 });
const writers = (drawn: readonly Drawn[]) => new Set(drawn.map(({ writer }) => writer));

function setOf(set: string, { people, each }: { people: number; each: number }): LabelledDrawing[] {
  return Array.from({ length: people * each }, (_, i) => {
    return { set, writer: `w${i % people}`, label: i % 10, strokes };
  });
}

test('chooses the sets whose writers have many drawings, or the requested one, or all', () => {
  const rich = setOf('rich', { people: 3, each: 20 });
  const poor = setOf('poor', { people: 40, each: 3 });
  const nobody: LabelledDrawing[] = Array.from({ length: 30 }, () => ({ label: 1, strokes }));
  expect(writers(drawingsOf([...rich, ...poor, ...nobody])).size).toBe(3);
  expect(writers(drawingsOf([...rich, ...poor], 'poor')).size).toBe(40);
  expect(writers(drawingsOf([...poor, ...nobody])).size).toBe(70);
  expect(() => drawingsOf(rich, 'lost')).toThrow('The file has no set "lost"; there are rich.');
});

test('training authors and held-out authors are disjoint; a seed gives the same people', async () => {
  const { labellers, heldOut } = split(made, { seed: 1 });
  expect(writers([...labellers, ...heldOut]).size).toBe(writers(labellers).size + writers(heldOut).size);
  expect(labellers.length + heldOut.length).toBe(made.length);
  expect(split(made, { seed: 1 })).toEqual({ labellers, heldOut });
  expect(split(made, { seed: 2 })).not.toEqual({ labellers, heldOut });
  expect(writers((await populate({ seed: 1, writers: 4 })).labellers).size).toBe(2);
  expect(() => split(made, { seed: 1, writers: 1 })).toThrow(/one writer/);
});

test('labels are spread evenly over people and digits, none twice', () => {
  const chosen = chooseBalanced(made, { count: 60, seed: 1 });
  const countsBy = (key: 'writer' | 'digit') =>
    [...Map.groupBy(chosen, drawn => drawn[key]).values()].map(({ length }) => length);
  expect(new Set(chosen).size).toBe(60);
  expect(countsBy('writer')).toEqual(new Array(6).fill(10));
  expect(Math.max(...countsBy('digit')) - Math.min(...countsBy('digit'))).toBeLessThanOrEqual(1);
  expect(chooseBalanced(made, { count: 1e6, seed: 1 })).toHaveLength(made.length);
});

test('one table never has more authors than the server trains on', () => {
  const seated = atOneTable(made);
  expect(writers(seated).size).toBe(3);
  expect(seated.map(({ ink }) => ink)).toEqual(made.map(({ ink }) => ink));
});

test('a synthetic person writes each digit several times, on the pad, in one style', () => {
  const [first, second] = makeDrawings({ people: 1, seed: 4 });
  expect(first).toMatchObject({ digit: 0, writer: second.writer });
  expect(first.ink.map(({ length }) => length)).toEqual(second.ink.map(({ length }) => length));
  expect(first.ink).not.toEqual(second.ink);
  expect(made.flatMap(({ ink }) => ink.flat()).every(value => value >= 0 && value < 1024)).toBe(true);
});
