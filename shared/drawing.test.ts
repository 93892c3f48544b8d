import { expect, test } from 'vitest';
import { applyEdit, countPoints, type Drawing, type Edit, emptyDrawing } from './drawing.ts';
import { growStroke, packAppend, packInk, unpackAppends, unpackInk } from './ink.ts';
import { maxPointsPerDrawing, maxStrokesPerDrawing } from './limits.ts';
import { createRandom, int } from './random.ts';

const drawn = (...edits: Edit[]): Drawing => {
  const drawing = emptyDrawing();
  for (const edit of edits) applyEdit(drawing, edit);
  return drawing;
};

test('[E1] appends build strokes point by point', () => {
  const drawing = drawn(
    { seq: 0, stroke: 0, offset: 0, points: [1, 2] },
    { seq: 1, stroke: 0, offset: 1, points: [3, 4, 5, 6] },
    { seq: 2, stroke: 1, offset: 0, points: [7, 8] },
  );
  expect(drawing).toEqual({
    strokes: [
      [1, 2, 3, 4, 5, 6],
      [7, 8],
    ],
    seq: 2,
    points: 4,
  });
});

test.each([
  ['a point was missed', { seq: 9, stroke: 0, offset: 5, points: [1, 1] }],
  ['a stroke was missed', { seq: 9, stroke: 2, offset: 0, points: [1, 1] }],
  ['a stroke begins in its middle', { seq: 9, stroke: 1, offset: 3, points: [1, 1] }],
])('[E2] an append that does not fit leaves the drawing unchanged: %s', (_why, edit) => {
  const drawing = drawn({ seq: 0, stroke: 0, offset: 0, points: [1, 2] });
  const before = structuredClone(drawing);
  expect(applyEdit(drawing, edit)).toBe('gap');
  expect(drawing).toEqual(before);
});

test('[E3] an append that arrives twice counts once', () => {
  const drawing = drawn({ seq: 4, stroke: 0, offset: 0, points: [1, 2] });
  expect(applyEdit(drawing, { seq: 4, stroke: 0, offset: 0, points: [1, 2] })).toBe('stale');
  expect(drawing.points).toBe(1);
});

test('[E4] a replacement applies whatever its seq and shares no array with its edit', () => {
  const drawing = drawn({ seq: 7, stroke: 0, offset: 0, points: [1, 2] });
  const strokes = [[5, 5]];
  expect(applyEdit(drawing, { seq: 3, strokes })).toBe('applied');
  strokes[0].push(6, 6);
  expect(drawing).toEqual({ strokes: [[5, 5]], seq: 3, points: 1 });
});

test('[E5] a drawing holds as many points and strokes as the limits allow', () => {
  const full = drawn({ seq: 0, strokes: [new Array<number>(2 * maxPointsPerDrawing).fill(1)] });
  expect(applyEdit(full, { seq: 1, stroke: 0, offset: maxPointsPerDrawing, points: [1, 1] })).toBe(
    'too_large',
  );
  const dots = drawn({ seq: 0, strokes: Array.from({ length: maxStrokesPerDrawing }, () => [1, 1]) });
  expect(applyEdit(dots, { seq: 1, stroke: maxStrokesPerDrawing, offset: 0, points: [1, 1] })).toBe(
    'too_large',
  );
  expect(countPoints(full.strokes)).toBe(maxPointsPerDrawing);
});

test('[E6] author and server hold the same drawing after 10,000 edits, some lost and some repeated', () => {
  const random = createRandom(1);
  const author = emptyDrawing();
  const server = emptyDrawing();
  /** The server dropped an append and will request the whole drawing. */
  let torn = false;
  for (let seq = 0; seq < 10_000; seq++) {
    const edit = nextEdit(seq);
    expect(applyEdit(author, edit)).toBe('applied');
    // A replacement is resent until it is acked; only appends are dropped for good.
    if ('points' in edit && random() < 0.1) {
      torn = true;
      continue;
    }
    receive(edit);
    if (random() < 0.1) receive(edit);
    if (!torn) expect(server).toEqual(author);
    if (torn && random() < 0.5) resend();
  }
  if (torn) resend();
  expect(server).toEqual(author);

  function nextEdit(seq: number): Edit {
    const strokes = author.strokes.length;
    if (author.points > 500) return { seq, strokes: [] };
    if (strokes > 0 && random() < 0.05) return { seq, strokes: author.strokes.slice(0, -1) };
    const stroke = strokes > 0 && random() < 0.9 ? strokes - 1 : strokes;
    const offset = stroke < strokes ? author.strokes[stroke].length / 2 : 0;
    return { seq, stroke, offset, points: [int(random, 1024), int(random, 1024)] };
  }

  function receive(edit: Edit) {
    if (applyEdit(server, edit) === 'gap') resend();
  }

  function resend() {
    torn = false;
    expect(applyEdit(server, { seq: author.seq, strokes: author.strokes })).toBe('applied');
  }
});

test('[F7] packed ink unpacks to the same points, whole or in parts', () => {
  const random = createRandom(2);
  for (let round = 0; round < 100; round++) {
    const points = Array.from({ length: 2 * int(random, 50) }, () => int(random, 1024));
    expect(unpackInk(packInk(points))).toEqual(points);
    const from = 2 * int(random, points.length / 2 + 1);
    const where = { tile: int(random, 1e6), stroke: int(random, 256) };
    const [first, second] = unpackAppends(
      packAppend({ ...where, points, from }) + packAppend({ ...where, points, from: 0 }),
    );
    expect(first).toMatchObject(where);
    expect(growStroke(points.slice(0, from), first.differences)).toEqual(points);
    expect(growStroke([], second.differences)).toEqual(points);
  }
});
