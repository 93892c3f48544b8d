import { expect, test } from 'vitest';
import { applyEdit, emptyDrawing } from '../../../shared/drawing.ts';
import { readInk } from '../people/ink.ts';
import { createPen } from './simulated-pen.ts';

test('the edits of a pen add up to its digits, each with its own drawing id and a lift for each stroke', async () => {
  const inks = (await readInk()).slice(0, 20);
  let next = 0;
  const pen = createPen(() => inks[next++]);
  const seen = new Set<string>();
  for (const ink of inks) {
    const drawing = emptyDrawing();
    let lifts = 0;
    do {
      const edit = pen.draw(3);
      if (edit.lifted) lifts++;
      seen.add(edit.drawing);
      expect(applyEdit(drawing, edit)).toBe('applied');
      expect(pen.redraw()).toMatchObject({ drawing: edit.drawing, strokes: drawing.strokes });
    } while (!pen.done());
    expect(drawing.strokes).toEqual(ink);
    expect(lifts).toBe(ink.length);
  }
  expect(seen.size).toBe(inks.length);
});
